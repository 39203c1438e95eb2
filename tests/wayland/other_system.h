// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace oriel::test {

/// The folder with another system in it (make-compositor-root), from which compositors are run:
/// ORIEL_COMPOSITOR_ROOT. Empty: they are this system's.
std::string other_system();

/// The command line that runs `arguments` there, or here where there is no other. It sees our /tmp,
/// where compositors have their sockets.
std::vector<std::string> in_other_system(std::vector<std::string> arguments);

/// The command line that runs `arguments` as a user who owns `folder` and nothing else, for
/// programs that refuse to be root's. Who is not root stays who he is.
std::vector<std::string> as_ordinary_user(std::vector<std::string> arguments,
                                          const std::string& folder);

}  // namespace oriel::test
