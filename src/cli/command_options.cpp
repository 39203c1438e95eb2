// SPDX-License-Identifier: MIT
#include "cli/command_options.h"

#include <cstdlib>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/tables.h"

namespace oriel {
namespace {

std::string names_of(const Setting& setting) {
    return setting.letter == '\0' ? fmt::format("--{}", setting.name)
                                  : fmt::format("-{},--{}", setting.letter, setting.name);
}

std::string help_of(const Setting& setting) {
    return setting.variable.empty() ? setting.help
                                    : fmt::format("{} (or {})", setting.help, setting.variable);
}

void add_setting(CLI::App& parser, const Setting& setting, const std::shared_ptr<Typed>& typed) {
    if (setting.kind == Setting::Kind::Flag) {
        parser.add_flag_function(
            names_of(setting),
            [typed, name = setting.name](std::int64_t count) {
                (*typed)[name] = count > 0 ? "true" : "false";
            },
            help_of(setting));
    } else {
        CLI::Option* const option = parser.add_option_function<std::string>(
            names_of(setting),
            [typed, name = setting.name](const std::string& value) { (*typed)[name] = value; },
            help_of(setting));
        if (setting.kind == Setting::Kind::Text) {
            option->default_str(setting.fallback);
        }
    }
}

}  // namespace

std::shared_ptr<Typed> add_settings(CLI::App& parser, const CommandSettings& command) {
    auto typed = std::make_shared<Typed>();
    for (const Setting& setting : command.settings) {
        add_setting(parser, setting, typed);
    }
    return typed;
}

Result<ConfigFile> read_config() {
    return ConfigFile::read(config_path(), all_settings());
}

Result<Settled> settled_for(const CommandSettings& command,
                            const Typed& typed,
                            const std::string& vm) {
    ORIEL_TRY_ASSIGN(const ConfigFile file, read_config());
    return settled_for(command, typed, vm, file);
}

Result<Settled> settled_for(const CommandSettings& command,
                            const Typed& typed,
                            const std::string& vm,
                            const ConfigFile& file) {
    return settle(command, typed, file, vm, [](const char* variable) {
        return static_cast<const char*>(std::getenv(variable));  // NOLINT(concurrency-mt-unsafe)
    });
}

}  // namespace oriel
