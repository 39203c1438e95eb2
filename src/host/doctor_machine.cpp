// SPDX-License-Identifier: MIT
#include <array>
#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include "host/doctor_checks.h"

namespace oriel {
namespace {

std::string text_of(int fault) {
    return std::system_category().message(fault);
}

/// Where a QEMU of this machine's kind is: in PATH, or where some distributions hide it.
std::string find_qemu(const HostMachine& machine) {
    constexpr const char* kProgram = "qemu-system-x86_64";
    std::string_view folders;
    const std::string path = machine.variable("PATH");
    for (folders = path; !folders.empty();) {
        const std::size_t end = folders.find(':');
        const std::string program = fmt::format("{}/{}", folders.substr(0, end), kProgram);
        if (machine.files.exists(program)) {
            return program;
        }
        folders = end == std::string_view::npos ? "" : folders.substr(end + 1);
    }
    constexpr const char* kHidden = "/usr/libexec/qemu-kvm";
    return machine.files.exists(kHidden) ? kHidden : "";
}

Check qemu_check(const HostMachine& machine) {
    const std::string program = find_qemu(machine);
    if (program.empty()) {
        return Check::warn("qemu",
                           "there is no qemu-system-x86_64 in PATH, so no VM can be started",
                           "install qemu-system-x86 (Debian) or qemu-kvm (Fedora)");
    }
    const auto version = machine.version(program);
    if (!version) {
        return Check::warn(
            "qemu",
            fmt::format("{} does not say its version: {}", program, version.error().message),
            "install it anew");
    }
    return Check::ok("qemu", fmt::format("{}: {}", program, *version));
}

Check kvm_check(const SystemFiles& files) {
    const int fault = files.fault_of_opening("/dev/kvm");
    if (fault == 0) {
        return Check::ok("kvm", "/dev/kvm opens; that a guest runs with it was not tried");
    }
    const std::string found = fmt::format("/dev/kvm cannot be opened: {}", text_of(fault));
    if (fault == EACCES) {
        return Check::warn("kvm", found, "add yourself to the group kvm, and log in again");
    }
    return Check::warn("kvm",
                       found + "; VMs are emulated in software",
                       "switch virtualization on in the firmware, and load kvm_intel or kvm_amd");
}

Check libvirt_check(const SystemFiles& files) {
    constexpr std::array<const char*, 2> kSockets{"/run/libvirt/virtqemud-sock",
                                                  "/run/libvirt/libvirt-sock"};
    for (const char* socket : kSockets) {
        if (!files.exists(socket)) {
            continue;
        }
        if (::access(files.real(socket).c_str(), R_OK | W_OK) == 0) {
            return Check::ok("libvirt", fmt::format("{} may be used", socket));
        }
        return Check::warn("libvirt",
                           fmt::format("{}: {}", socket, text_of(errno)),
                           "add yourself to the group libvirt, and log in again");
    }
    return Check::ok("libvirt", "no system libvirt runs here; QEMU by itself does");
}

}  // namespace

std::vector<Check> machine_checks(const HostMachine& machine) {
    return {qemu_check(machine), kvm_check(machine.files), libvirt_check(machine.files)};
}

}  // namespace oriel
