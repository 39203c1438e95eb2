// SPDX-License-Identifier: MIT
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/command_options.h"
#include "cli/tables.h"
#include "cli/typed_target.h"
#include "host/screenshot.h"
#include "host/status.h"

namespace oriel {

void add_status(CLI::App& app, Action& action) {
    const auto target = std::make_shared<std::string>();
    CLI::App* command = app.add_subcommand("status", "say what regions carry");
    add_target(*command, *target);
    const auto typed = add_settings(*command, settings_of_command("status"));
    command->callback([target, typed, &action] {
        action = [target, typed]() -> Result<int> {
            StatusOptions options;
            if (!target->empty()) {
                ORIEL_TRY_ASSIGN(options.target, Target::parse(*target));
            }
            ORIEL_TRY_ASSIGN(
                const Settled settled,
                settled_for(settings_of_command("status"), *typed, section_of(*target)));
            options.output =
                settled.is_true("json") ? StatusOptions::Output::Json : StatusOptions::Output::Text;
            return run_status(options);
        };
    });
}

void add_screenshot(CLI::App& app, Action& action) {
    const auto target = std::make_shared<std::string>();
    CLI::App* command = app.add_subcommand("screenshot", "write the newest picture to a PNG file");
    add_target(*command, *target);
    const auto typed = add_settings(*command, settings_of_command("screenshot"));
    command->callback([target, typed, &action] {
        action = [target, typed]() -> Result<int> {
            const CommandSettings& settings = settings_of_command("screenshot");
            ORIEL_TRY_ASSIGN(const TargetSettled found,
                             settled_for_target(settings, *typed, *target));
            ORIEL_TRY_ASSIGN(ScreenshotOptions options,
                             options_of(screenshot_table(), found.settled));
            options.target = found.target;
            return run_screenshot(options);
        };
    });
}

}  // namespace oriel
