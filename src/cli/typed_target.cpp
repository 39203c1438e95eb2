// SPDX-License-Identifier: MIT
#include "cli/typed_target.h"

#include <CLI/CLI.hpp>

namespace oriel {

void add_target(CLI::App& command, std::string& target) {
    command.add_option(
        "target",
        target,
        "NAME | socket:PATH | file:PATH[,size=MiB] (default: the only one there is)");
}

Result<Target> target_of(const std::string& text) {
    return text.empty() ? only_running_target() : Target::parse(text);
}

}  // namespace oriel
