// SPDX-License-Identifier: MIT
#include "host/broker_command.h"

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/parse_values.h"
#include "region/region_size.h"

namespace oriel {

void add_broker(CLI::App& app, Action& action) {
    struct Typed {
        std::string name, modes, vm_group, viewer_group, input;
        std::uint64_t size_mib = 0;
        std::uint32_t slots = 0;
        bool hugepages = false;
        bool json = false;
    };

    auto typed = std::make_shared<Typed>();
    CLI::App* command =
        app.add_subcommand("broker", "own a region and hand it to QEMU and viewers");
    command->add_option("name", typed->name, "the region's name")->required();
    command->add_option("--mode", typed->modes, "sizes the guest's outputs will have: WxH[,WxH...]")
        ->envname("ORIEL_MODE");
    command
        ->add_option("--size", typed->size_mib, "MiB, a power of two (default: what --mode needs)")
        ->check(whole_number_fault)
        ->envname("ORIEL_SIZE");
    command->add_option("--slots", typed->slots, "frame buffers for each output (default: 4)")
        ->check(whole_number_fault)
        ->envname("ORIEL_SLOTS");
    command->add_flag("--hugepages", typed->hugepages, "2 MiB pages")->envname("ORIEL_HUGEPAGES");
    command->add_option("--vm-group", typed->vm_group, "group that may run the VM")
        ->envname("ORIEL_VM_GROUP");
    command->add_option("--viewer-group", typed->viewer_group, "group that may view")
        ->envname("ORIEL_VIEWER_GROUP");
    command
        ->add_option(
            "--input", typed->input, "where viewers send input: spice:URI | qmp:PATH | none")
        ->envname("ORIEL_INPUT");
    command->add_flag("--json", typed->json, "one JSON object per line on stdout");
    command->callback([typed, &action] {
        action = [typed]() -> Result<int> {
            BrokerOptions options;
            options.name = typed->name;
            if (!typed->modes.empty()) {
                ORIEL_TRY_ASSIGN(options.modes, parse_modes(typed->modes));
            }
            ORIEL_TRY_ASSIGN(options.size, parse_mebibytes(typed->size_mib));
            options.slots = typed->slots;
            options.pages = typed->hugepages ? PageSize::Huge : PageSize::Normal;
            options.vm_group = typed->vm_group;
            options.viewer_group = typed->viewer_group;
            ORIEL_TRY_ASSIGN(options.input_uri, parse_told_input(typed->input));
            return run_broker({.broker = options,
                               .output = typed->json ? BrokerCommandOptions::Output::Json
                                                     : BrokerCommandOptions::Output::Text});
        };
    });
}

}  // namespace oriel
