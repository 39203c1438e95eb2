// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/result.h"
#include "relay/geometry.h"

namespace oriel {

/// The least that can carry a picture from one compositor to another: one process, one piece of
/// memory that both know, no protocol. For each change wlr-screencopy writes a picture there, and
/// that is attached and committed; then the next.
///
/// Blocks: for ever. Errors: a compositor is gone, or cannot share memory.
Result<void> carry_by_wayland_floor(const std::string& guest_display,
                                    const std::string& host_display,
                                    Size size);

}  // namespace oriel
