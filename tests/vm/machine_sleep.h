// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "host/machine/virtual_machine.h"

namespace oriel::testing_support {

/// How a guest is suspended.
enum class Sleep : std::uint8_t {
    ToIdle,  ///< Linux's s2idle: nothing runs; the devices keep their state, but for their drivers.
    ToRam,   ///< ACPI's S3: QEMU resets all devices. The machine has to be one of Image::Packed.
};

/// Why no guest of ours can be suspended to RAM here, and what to do; "" where one can.
std::string why_no_sleep_to_ram();

/// Suspends the guest, and wakes it again: it is awake on return, and has been asleep.
/// Errors: Protocol where it is not; QEMU's.
Result<void> sleep_and_wake(VirtualMachine& machine, Sleep how);

}  // namespace oriel::testing_support
