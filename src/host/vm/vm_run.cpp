// SPDX-License-Identifier: MIT
#include <filesystem>

#include <fmt/format.h>

#include "base/poll_loop.h"
#include "host/machine/kvm_probe.h"
#include "host/vm/boot_file.h"
#include "host/vm/machine_run.h"
#include "host/vm/vm_arguments.h"
#include "host/vm/vm_command.h"

namespace oriel {
namespace {

/// Errors: Usage; Unsupported where KVM was asked for and does not run guests.
Result<KvmAnswer> acceleration(const std::string& wanted) {
    if (wanted == "tcg") {
        return KvmAnswer{false, "as asked"};
    }
    if (wanted != "auto" && wanted != "kvm") {
        return Failure(
            Error::usage(fmt::format("--accel '{}' is unknown: use auto | kvm | tcg", wanted)));
    }
    KvmAnswer answer = probe_kvm();
    if (wanted == "kvm" && !answer.runs) {
        return Failure(Error::unsupported("no KVM: " + answer.why_not));
    }
    return answer;
}

Result<void> check_initrd(const std::string& path) {
    std::error_code ignored;
    if (!path.empty() && !std::filesystem::exists(path, ignored)) {
        return Failure(Error::not_found("no initrd at " + path));
    }
    return {};
}

std::string introduction(const BrokerOptions& region, const KvmAnswer& kvm) {
    return fmt::format(
        "{0} runs, {1}\n"
        "  see it        oriel view {0}\n"
        "  in the guest  oriel-guest --region pci\n"
        "  SPICE         {2}\n"
        "  end it        Ctrl-C: as if its power were cut",
        region.name,
        kvm.runs ? "by KVM" : fmt::format("emulated in software ({})", kvm.why_not),
        spice_uri(region.folder));
}

}  // namespace

Result<int> run_vm(const VmOptions& options) {
    ORIEL_TRY_ASSIGN(const BootFile boot, look_at_boot_file(options.target, options.format));
    ORIEL_TRY(check_initrd(options.initrd));
    ORIEL_TRY_ASSIGN(BrokerOptions region, machine_region(options));
    region.input_uri = spice_uri(region.folder);
    ORIEL_TRY_ASSIGN(const KvmAnswer kvm, acceleration(options.acceleration));
    ORIEL_TRY_ASSIGN(auto command, machine_arguments(options, boot, region, kvm.runs));
    PollLoop loop;
    ORIEL_TRY(loop.stop_on_signals());
    ORIEL_TRY_ASSIGN(
        const auto run,
        MachineRun::start(loop, region, std::move(command), introduction(region, kvm)));
    if (!run->failure()) {
        ORIEL_TRY(loop.run());
    }
    if (const auto failure = run->failure()) {
        return Failure(*failure);
    }
    return 0;
}

}  // namespace oriel
