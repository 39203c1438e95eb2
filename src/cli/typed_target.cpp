// SPDX-License-Identifier: MIT
#include "cli/typed_target.h"

#include <CLI/CLI.hpp>

#include "cli/command_options.h"

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

std::string section_of(const std::string& typed) {
    const auto target = Target::parse(typed);
    return target ? target->text() : "";
}

Result<TargetSettled> settled_for_target(const CommandSettings& command,
                                         const Typed& typed,
                                         const std::string& text) {
    ORIEL_TRY_ASSIGN(const ConfigFile file, read_config());
    ORIEL_TRY(settled_for(command, typed, section_of(text), file));
    ORIEL_TRY_ASSIGN(Target target, target_of(text));
    ORIEL_TRY_ASSIGN(Settled settled, settled_for(command, typed, target.text(), file));
    return TargetSettled{std::move(target), std::move(settled)};
}

}  // namespace oriel
