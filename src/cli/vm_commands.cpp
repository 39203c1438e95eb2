// SPDX-License-Identifier: MIT
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/parse_values.h"
#include "host/vm/vm_command.h"
#include "region/region_size.h"

namespace oriel {
namespace {

/// As typed, before it is taken apart.
struct VmTyped : VmOptions {
    std::string mode_text;
    std::uint64_t size_mib = 0;
};

void add_changes(CLI::App& command, const std::shared_ptr<VmTyped>& typed) {
    command.add_flag_callback(
        "--dry-run",
        [typed] { typed->changes = VmOptions::Changes::Shown; },
        "show what would change, and change nothing");
    command.add_flag_callback(
        "--yes", [typed] { typed->changes = VmOptions::Changes::Made; }, "do not ask");
}

/// What `run` and `print` have in common.
void add_machine(CLI::App& command, const std::shared_ptr<VmTyped>& typed) {
    command.add_option("--name", typed->name, "the region's name (default: made of the target)");
    command.add_option(
        "--mode", typed->mode_text, "sizes the guest's outputs will have: WxH[,WxH...]");
    command
        .add_option("--size",
                    typed->size_mib,
                    "of the region, MiB, a power of two (default: what --mode needs)")
        ->check(whole_number_fault);
    command.add_option("--format", typed->format, "of the image, as QEMU names it");
    command.add_option("--append", typed->kernel_arguments, "a kernel's command line");
    command.add_option("--initrd", typed->initrd, "a kernel's initial file system");
    command.add_option("--memory", typed->memory_mib, "MiB")
        ->check(whole_number_fault)
        ->capture_default_str();
    command.add_option("--cpus", typed->processors, "processors")
        ->check(whole_number_fault)
        ->capture_default_str();
    command.add_option("--accel", typed->acceleration, "auto | kvm | tcg")->capture_default_str();
    command.add_option("--video", typed->video, "virtio | vga | qxl | none")->capture_default_str();
    command.add_option("--disk", typed->disk, "virtio | ide")->capture_default_str();
    command.add_option("--network", typed->network, "user | none")->capture_default_str();
    command.add_option("qemu", typed->qemu, "behind --: more arguments for QEMU");
}

/// A verb of `oriel vm`.
struct VmVerb {
    Result<int> (*run)(const VmOptions&);
    const char* name;
    const char* target;
    const char* purpose;
};

CLI::App* add_verb(CLI::App& vm,
                   Action& action,
                   const std::shared_ptr<VmTyped>& typed,
                   const VmVerb& verb) {
    CLI::App* command = vm.add_subcommand(verb.name, verb.purpose);
    command->add_option("target", typed->target, verb.target)->required();
    command->callback([typed, run = verb.run, &action] {
        action = [typed, run]() -> Result<int> {
            VmOptions options = *typed;
            if (!typed->mode_text.empty()) {
                ORIEL_TRY_ASSIGN(options.modes, parse_modes(typed->mode_text));
            }
            ORIEL_TRY_ASSIGN(options.region_size, parse_mebibytes(typed->size_mib));
            return run(options);
        };
    });
    return command;
}

}  // namespace

void add_vm(CLI::App& app, Action& action) {
    const auto typed = std::make_shared<VmTyped>();
    CLI::App* vm = app.add_subcommand("vm", "virtual machines: run one, or fit one for a region");
    vm->require_subcommand(1);
    const auto verb = [&](const VmVerb& of) {
        return add_verb(*vm, action, typed, of);
    };
    CLI::App* run = verb({run_vm,
                          "run",
                          "image of a disk or disc, or a kernel",
                          "start QEMU with a broker and everything connected"});
    CLI::App* print =
        verb({print_vm, "print", "image or region's name", "QEMU's arguments, or libvirt's XML"});
    CLI::App* check = verb({check_vm,
                            "check",
                            "domain, or FILE.xml",
                            "what a libvirt domain has, lacks and has wrong"});
    CLI::App* setup = verb({set_up_vm, "setup", "domain", "add what a libvirt domain lacks"});
    CLI::App* remove = verb({remove_vm, "remove", "domain", "take out what setup added"});
    add_machine(*run, typed);
    add_machine(*print, typed);
    print->add_flag_callback(
        "--xml", [typed] { typed->form = VmOptions::Form::Xml; }, "libvirt's XML");
    add_changes(*setup, typed);
    add_changes(*remove, typed);
    for (CLI::App* command : {print, check, setup, remove}) {
        command->add_option("-c,--connect",
                            typed->uri,
                            "libvirt's URI (default: LIBVIRT_DEFAULT_URI, the system's, yours)");
    }
}

}  // namespace oriel
