// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <sys/types.h>

#include "base/clock.h"
#include "base/result.h"

namespace oriel {

/// What a process used so far, its threads together.
struct ProcessUse {
    Nanoseconds cpu{0};  ///< Time on a core, of ended threads too.

    /// Context switches of its living threads: by waiting for something, and by being made to.
    std::uint64_t waits = 0;
    std::uint64_t preemptions = 0;

    std::uint64_t switches() const { return waits + preemptions; }
};

/// Errors: NotFound where it has ended.
Result<ProcessUse> use_of(pid_t process);

}  // namespace oriel
