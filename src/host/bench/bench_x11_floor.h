// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace oriel {

/// The least that can carry a picture from one X server to another: one process, one piece of
/// memory both servers write and read, no protocol. For each change: DamageNotify, ShmGetImage,
/// ShmPutImage of the same rectangle, completion; then the next.
///
/// Blocks: for ever. Errors: a server is gone, or cannot share memory.
Result<void> carry_by_floor(const std::string& guest_display, const std::string& host_display);

/// The least that captures a whole screen: ShmGetImage of all of it, each `period`, and nothing
/// done with it.
///
/// Blocks: for ever. Errors: as above.
Result<void> capture_by_floor(const std::string& display, Nanoseconds period);

}  // namespace oriel
