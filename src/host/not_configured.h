// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>

namespace oriel {

/// For the environment of our own programs where figures are taken: whoever runs demo or bench may
/// have configured anything. No file can be there.
inline const std::pair<std::string, std::string> kNotConfigured{"XDG_CONFIG_HOME", "/dev/null"};

}  // namespace oriel
