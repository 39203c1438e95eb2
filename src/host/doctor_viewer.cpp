// SPDX-License-Identifier: MIT
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>

#include "base/linux/fd.h"
#include "base/linux/unix_socket.h"
#include "host/doctor_checks.h"

namespace oriel {

namespace {

Check x11_check(const HostMachine& machine, const std::string& display) {
    const auto passes = machine.x11(display);
    if (!passes) {
        return Check::warn("x11", passes.error().message, "set DISPLAY (and XAUTHORITY)");
    }
    if (!*passes) {
        return Check::warn("x11",
                           fmt::format("X server {} takes no memory as a descriptor, so each frame "
                                       "is copied once more",
                                       display),
                           "view on the machine itself, not through ssh");
    }
    return Check::ok("x11", fmt::format("X server {} reads the guest's memory itself", display));
}

Check wayland_check(const HostMachine& machine, const std::string& display) {
    const std::string path =
        display.starts_with('/') ? display : machine.variable("XDG_RUNTIME_DIR") + "/" + display;
    const auto connected = connect_unix(machine.files.real(path), SocketKind::Stream);
    if (!connected) {
        return Check::warn("wayland", connected.error().message, "set WAYLAND_DISPLAY");
    }
    return Check::ok("wayland", fmt::format("a compositor listens at {}", path));
}

/// What there is to open a window on.
std::vector<Check> display_checks(const HostMachine& machine) {
    const std::string wayland = machine.variable("WAYLAND_DISPLAY");
    const std::string x11 = machine.variable("DISPLAY");
    std::vector<Check> checks;
    if (!wayland.empty()) {
        checks.push_back(wayland_check(machine, wayland));
    }
    if (!x11.empty()) {
        checks.push_back(x11_check(machine, x11));
    }
    if (checks.empty()) {
        checks.push_back(Check::warn("display",
                                     "neither DISPLAY nor WAYLAND_DISPLAY is set, so there is "
                                     "nothing to open a window on",
                                     "run `oriel view` in a graphical session"));
    }
    return checks;
}

Check spice_check(const HostMachine& machine) {
    for (const std::string& folder : machine.module_folders) {
        for (const std::string& name : machine.files.names(folder)) {
            if (name.find("spice") != std::string::npos && name.ends_with(".so")) {
                return Check::ok("spice", fmt::format("{}/{}", folder, name));
            }
        }
    }
    return Check::warn("spice",
                       "the module that sends keyboard and mouse by SPICE is not installed",
                       "install it, or use --input qmp:PATH");
}

Check udmabuf_check(const SystemFiles& files) {
    const int fault = files.fault_of_opening("/dev/udmabuf");
    if (fault == 0) {
        return Check::ok("udmabuf", "/dev/udmabuf opens");
    }
    const std::string found =
        fmt::format("/dev/udmabuf cannot be opened: {}; a compositor copies each frame once more",
                    std::system_category().message(fault));
    return Check::warn("udmabuf",
                       found,
                       fault == EACCES ? "add yourself to the group that owns it, often kvm"
                                       : "load the module udmabuf");
}

/// The number behind a word of /proc/meminfo; 0 where it is not there.
std::uint64_t memory_number(const std::string& text, std::string_view word) {
    const std::size_t at = text.find(word);
    return at == std::string::npos ? 0
                                   : std::strtoull(text.c_str() + at + word.size(), nullptr, 10);
}

Check huge_page_check(const SystemFiles& files) {
    const std::string text = files.read("/proc/meminfo").value_or("");
    const std::uint64_t free = memory_number(text, "HugePages_Free:");
    const std::uint64_t kibibytes = memory_number(text, "Hugepagesize:");
    if (free == 0) {
        return Check::ok("hugepages",
                         "none are free; only `oriel broker --hugepages` wants them (sysctl "
                         "vm.nr_hugepages)");
    }
    return Check::ok("hugepages",
                     fmt::format("{} free, {} MiB in all", free, free * kibibytes / 1024));
}

/// A region is a file in memory that nobody can cut shorter.
Check seal_check() {
    const UniqueFd fd(::memfd_create("oriel-doctor", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!fd || ::fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
        return Check::fail("memory",
                           Error::system("make a sealed file in memory", errno).message,
                           "use a Linux kernel of 5.4 or later");
    }
    return Check::ok("memory", "sealed files in memory can be made");
}

}  // namespace

std::vector<Check> viewer_checks(const HostMachine& machine) {
    std::vector<Check> checks = display_checks(machine);
    checks.push_back(udmabuf_check(machine.files));
    checks.push_back(spice_check(machine));
    return checks;
}

std::vector<Check> memory_checks(const HostMachine& machine) {
    return {seal_check(), huge_page_check(machine.files)};
}

}  // namespace oriel
