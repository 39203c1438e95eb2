// SPDX-License-Identifier: MIT
#include "host/broker_command.h"

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/command_options.h"
#include "cli/tables.h"

namespace oriel {

void add_broker(CLI::App& app, Action& action) {
    const auto name = std::make_shared<std::string>();
    CLI::App* command =
        app.add_subcommand("broker", "own a region and hand it to QEMU and viewers");
    command->add_option("name", *name, "the region's name")->required();
    const auto typed = add_settings(*command, settings_of_command("broker"));
    command->callback([name, typed, &action] {
        action = [name, typed]() -> Result<int> {
            ORIEL_TRY_ASSIGN(const Settled settled,
                             settled_for(settings_of_command("broker"), *typed, *name));
            ORIEL_TRY_ASSIGN(BrokerWanted wanted, options_of(broker_table(), settled));
            wanted.name = *name;
            return run_broker({.broker = wanted,
                               .output = wanted.json ? BrokerCommandOptions::Output::Json
                                                     : BrokerCommandOptions::Output::Text});
        };
    });
}

}  // namespace oriel
