// SPDX-License-Identifier: MIT
#include "guest/windows/doctor_checks.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "guest/doctor_memory.h"

namespace oriel {
namespace {

constexpr const char* kGetDriver = "install the ivshmem driver: docs/windows-guest.md";
constexpr const char* kGetScreen =
    "give the guest a dummy plug or a virtual display driver: docs/windows-guest.md";

Size largest(const std::vector<Size>& screens) {
    const auto found = std::ranges::max_element(screens, {}, &Size::area);
    return found == screens.end() ? Size{} : *found;
}

Check check_memory(const DoctorFacts::Memory& memory, Size screen, bool service_runs) {
    if (!memory.size) {
        const Error& error = memory.size.error();
        if (error.kind == ErrorKind::Busy && service_runs) {
            return Check::ok("memory", fmt::format("{} is in use, as it should be", memory.place));
        }
        // All but Windows' own errors say what to do.
        return Check::fail("memory",
                           error.message,
                           error.kind == ErrorKind::System ? "see docs/windows-guest.md" : "");
    }
    return memory_check(memory.place, *memory.size, screen);
}

/// Adapters of which Windows duplicates no screen, or draws it without a GPU.
bool has_no_gpu(const DoctorFacts::Adapter& adapter) {
    struct Id {
        std::uint32_t vendor;
        std::uint32_t device;
    };

    constexpr std::array kKnown{
        Id{0x1414, 0x008c},  // Microsoft Basic Render Driver
        Id{0x1234, 0x1111},  // QEMU's standard VGA, under Microsoft's Basic Display Adapter
        Id{0x1b36, 0x0100},  // QXL
    };
    return std::ranges::any_of(kKnown, [&](const Id& id) {
        return id.vendor == adapter.vendor && id.device == adapter.device;
    });
}

}  // namespace

Check windows_check(const DoctorFacts::System& system) {
    constexpr std::uint32_t kWindows10 = 10;
    constexpr std::uint32_t kFirstWindows11 = 22000;
    if (system.major < kWindows10) {
        return Check::fail("windows",
                           fmt::format("Windows {}, build {}", system.major, system.build),
                           "Oriel needs Windows 10 or 11");
    }
    const std::string found =
        fmt::format("Windows {}, build {}", system.build < kFirstWindows11 ? 10 : 11, system.build);
    if (!system.sees_pixels) {
        return Check::warn("windows",
                           found + "; it hides the screens' own pixels from this program",
                           "take away its compatibility settings (Properties of oriel-guest.exe)");
    }
    return Check::ok("windows", found);
}

Check device_check(const DoctorFacts& facts) {
    constexpr std::uint32_t kNoDriver = 28;  // CM_PROB_FAILED_INSTALL
    if (facts.pci_devices.empty() && facts.memories.empty()) {
        return Check::fail(
            "device",
            "this machine has no ivshmem device (PCI 1af4:1110)",
            "add one on the host with `oriel vm setup DOMAIN`, or with the arguments "
            "that `oriel broker` prints, and start the VM from power off");
    }
    const auto broken = std::ranges::find_if(
        facts.pci_devices, [](const auto& device) { return device.problem != 0; });
    if (broken != facts.pci_devices.end() && broken->problem != kNoDriver) {
        return Check::fail(
            "device",
            fmt::format("the ivshmem device at {} does not work (code {} in the Device Manager)",
                        broken->place,
                        broken->problem),
            broken->problem == 52 ? "its driver is not signed: take one that is, see "
                                    "docs/windows-guest.md"
                                  : "look it up in the Device Manager, below System devices");
    }
    if (facts.memories.empty()) {
        return Check::fail("device", "the ivshmem device has no driver", kGetDriver);
    }
    return Check::ok(
        "device",
        facts.memories.size() == 1
            ? "an ivshmem device, with its driver"
            : fmt::format("{} ivshmem devices, with their driver", facts.memories.size()));
}

std::vector<Check> memory_checks(const DoctorFacts& facts) {
    std::vector<Check> checks;
    const bool service_runs = facts.service && facts.service->runs;
    for (const DoctorFacts::Memory& memory : facts.memories) {
        checks.push_back(check_memory(memory, largest(facts.screens), service_runs));
    }
    return checks;
}

Check screen_check(const std::vector<Size>& screens) {
    if (screens.empty()) {
        return Check::fail("screen", "no screen is on", kGetScreen);
    }
    std::vector<std::string> sizes;
    std::ranges::transform(screens, std::back_inserter(sizes), [](const Size& size) {
        return fmt::format("{}x{}", size.width, size.height);
    });
    return Check::ok("screen", fmt::format("{}", fmt::join(sizes, ", ")));
}

std::vector<Check> adapter_checks(const std::vector<DoctorFacts::Adapter>& adapters) {
    std::vector<Check> checks;
    for (const DoctorFacts::Adapter& adapter : adapters) {
        const std::string found = fmt::format("{} ({:04x}:{:04x}), screens: {}",
                                              adapter.name,
                                              adapter.vendor,
                                              adapter.device,
                                              adapter.screens);
        if (has_no_gpu(adapter) && adapter.screens > 0) {
            checks.push_back(Check::warn("adapter",
                                         found + "; Windows draws it with the CPU",
                                         "show the desktop on a GPU's screen alone (Settings, "
                                         "Display, Show only on ...)"));
        } else {
            checks.push_back(Check::ok("adapter", found));
        }
    }
    return checks;
}

std::vector<Check> capture_checks(const DoctorFacts::Captures& captures) {
    if (captures.duplication) {
        return {Check::ok("dxgi", *captures.duplication + " can be captured")};
    }
    if (captures.gdi) {
        return {Check::warn("dxgi",
                            captures.duplication.error().message,
                            "GDI captures instead, which costs more of the CPU"),
                Check::ok("gdi", *captures.gdi + " can be captured")};
    }
    return {Check::warn("dxgi", captures.duplication.error().message, "see the next line"),
            Check::fail("gdi", captures.gdi.error().message, kGetScreen)};
}

Check session_check(const DoctorFacts::Sessions& sessions) {
    if (!sessions.with_screen) {
        return Check::warn("session", "no session has the screen right now", "try again");
    }
    if (sessions.is_remote || sessions.own != *sessions.with_screen) {
        return Check::warn(
            "session",
            fmt::format("this is session {}, and the screen is session {}'s",
                        sessions.own,
                        *sessions.with_screen),
            "the service shows the latter; run doctor there to try what it can capture");
    }
    return Check::ok("session", fmt::format("{}, which has the screen", sessions.own));
}

Check service_check(const Result<DoctorFacts::Service>& service) {
    if (!service) {
        return Check::warn("service", service.error().message, "run doctor as administrator");
    }
    if (!service->is_installed) {
        return Check::warn("service",
                           "not installed, so nothing is seen of log-on screen, lock and UAC",
                           "`oriel-guest service install`, as administrator");
    }
    if (!service->runs) {
        return Check::fail(
            "service",
            "installed, but does not run",
            "`oriel-guest service start`, as administrator; why it ended is in " + service->log);
    }
    if (!service->starts_at_boot) {
        return Check::warn("service",
                           "runs, but does not start with Windows",
                           "`oriel-guest service install`, as administrator");
    }
    return Check::ok("service", "runs; its log is " + service->log);
}

std::vector<Check> windows_checks(const DoctorFacts& facts) {
    std::vector<Check> checks{windows_check(facts.system), device_check(facts)};
    const auto append = [&](const std::vector<Check>& more) {
        checks.insert(checks.end(), more.begin(), more.end());
    };
    append(memory_checks(facts));
    checks.push_back(screen_check(facts.screens));
    append(adapter_checks(facts.adapters));
    append(capture_checks(facts.captures));
    checks.push_back(session_check(facts.sessions));
    checks.push_back(service_check(facts.service));
    return checks;
}

}  // namespace oriel
