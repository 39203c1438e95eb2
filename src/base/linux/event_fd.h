// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/linux/fd.h"
#include "base/result.h"

namespace oriel {

/// A counter in the kernel that wakes whoever polls it: one end of a doorbell.
/// Always non-blocking and close-on-exec.
Result<UniqueFd> create_event_fd();

/// Wakes the other end.
/// Blocks: never; a counter that is full already wakes. But for one race: a process that shares the
/// description, switched it to blocking, and fills it between our look and our write.
/// Errors: none that the ringer could mend.
void ring_event_fd(const UniqueFd& fd) noexcept;

/// Takes what has accumulated; 0 if nothing has.
/// Blocks: never, also if a peer switched the shared description to blocking.
std::uint64_t drain_event_fd(const UniqueFd& fd) noexcept;

}  // namespace oriel
