// SPDX-License-Identifier: MIT
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/parse_values.h"
#include "cli/typed_target.h"
#include "host/screenshot.h"
#include "host/status.h"

namespace oriel {

void add_status(CLI::App& app, Action& action) {
    auto target = std::make_shared<std::string>();
    auto json = std::make_shared<bool>(false);
    CLI::App* command = app.add_subcommand("status", "say what regions carry");
    add_target(*command, *target);
    command->add_flag("--json", *json, "one JSON object per line on stdout");
    command->callback([target, json, &action] {
        action = [target, json]() -> Result<int> {
            StatusOptions options;
            if (!target->empty()) {
                ORIEL_TRY_ASSIGN(options.target, Target::parse(*target));
            }
            options.output = *json ? StatusOptions::Output::Json : StatusOptions::Output::Text;
            return run_status(options);
        };
    });
}

void add_screenshot(CLI::App& app, Action& action) {
    struct Typed {
        std::string target, file, timeout = "5s";
    };

    auto typed = std::make_shared<Typed>();
    CLI::App* command = app.add_subcommand("screenshot", "write the newest picture to a PNG file");
    add_target(*command, typed->target);
    command->add_option("-o,--output", typed->file, "FILE.png, or - for stdout");
    command
        ->add_option("--timeout", typed->timeout, "how long to wait for a picture, as 5s or 300ms")
        ->capture_default_str();
    command->callback([typed, &action] {
        action = [typed]() -> Result<int> {
            ScreenshotOptions options;
            ORIEL_TRY_ASSIGN(options.timeout, parse_duration(typed->timeout));
            ORIEL_TRY_ASSIGN(options.target, target_of(typed->target));
            options.file = typed->file;
            return run_screenshot(options);
        };
    });
}

}  // namespace oriel
