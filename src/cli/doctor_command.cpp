// SPDX-License-Identifier: MIT
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "host/doctor.h"

namespace oriel {

void add_doctor(CLI::App& app, Action& action) {
    auto json = std::make_shared<bool>(false);
    CLI::App* command =
        app.add_subcommand("doctor", "say what this machine lacks for a VM's screen to be seen");
    command->add_flag("--json", *json, "one JSON object per line on stdout");
    command->callback([json, &action] {
        action = [json]() -> Result<int> {
            return run_doctor(*json ? CheckOutput::Json : CheckOutput::Text);
        };
    });
}

}  // namespace oriel
