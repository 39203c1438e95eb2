// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "region/target.h"

namespace CLI {
class App;
}

namespace oriel {

/// Adds TARGET to a command.
void add_target(CLI::App& command, std::string& target);

/// The target typed, or the only one there is.
Result<Target> target_of(const std::string& text);

}  // namespace oriel
