// SPDX-License-Identifier: MIT
#include "vm/machine_sleep.h"

#include <array>
#include <filesystem>
#include <thread>

#include <fmt/format.h>

#include "base/clock.h"
#include "host/machine/guest_kernel.h"

namespace oriel::testing_support {
namespace {

constexpr Nanoseconds kPatience = std::chrono::seconds(60);
/// Longer than the guest takes to fall asleep.
constexpr Nanoseconds kAsleep = std::chrono::seconds(3);
constexpr Nanoseconds kLookAgain = std::chrono::milliseconds(20);

/// In the background and not at once, as the shell that answers us sleeps, too. Whatever wakes a
/// guest on its way to sleep has it stay awake; it tries again.
constexpr const char* kSleep =
    "for port in /sys/bus/serio/devices/*; do echo enabled >$port/power/wakeup; done; "
    "(sleep 1; until echo {} >/sys/power/state; do :; done; echo '{}' >/dev/console) "
    ">/dev/null 2>&1 </dev/null &";

bool comes_true_on_console(const VirtualMachine& machine,
                           const std::string& line,
                           Nanoseconds limit) {
    const Nanoseconds give_up = monotonic_now() + limit;
    while (machine.console().find(line) == std::string::npos) {
        if (monotonic_now() > give_up) {
            return false;
        }
        std::this_thread::sleep_for(kLookAgain);
    }
    return true;
}

Result<void> wake_from_ram(VirtualMachine& machine) {
    ORIEL_TRY(machine.qmp().wait_event("SUSPEND", kPatience));
    ORIEL_TRY(machine.qmp().execute("system_wakeup"));
    return {};
}

}  // namespace

std::string why_no_sleep_to_ram() {
    const auto kernel = find_guest_kernel(KernelFetch::Cached);
    if (!kernel) {
        return kernel.error().message;
    }
    return std::filesystem::exists(kernel->packed_image())
               ? std::string()
               : "no packed kernel image: packaging/fetch-guest-kernel --renew";
}

Result<void> sleep_and_wake(VirtualMachine& machine, Sleep how) {
    static int count = 0;
    const std::string state = how == Sleep::ToRam ? "mem" : "freeze";
    const std::string awake = fmt::format("oriel: awake again {}", ++count);
    ORIEL_TRY(machine.run(fmt::format(fmt::runtime(kSleep), state, awake)));
    if (how == Sleep::ToRam) {
        ORIEL_TRY(wake_from_ram(machine));
    } else if (comes_true_on_console(machine, awake, kAsleep)) {
        return Failure(Error::protocol("the guest woke up by itself"));
    }
    const Nanoseconds give_up = monotonic_now() + kPatience;
    do {
        if (how == Sleep::ToIdle) {
            ORIEL_TRY(machine.qmp().send_keys(std::array{std::string("shift")}));
        }
        if (monotonic_now() > give_up) {
            return Failure(Error::protocol("the guest does not wake up"));
        }
    } while (!comes_true_on_console(machine, awake, kAsleep));
    return {};
}

}  // namespace oriel::testing_support
