// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "base/linux/fd.h"
#include "base/result.h"
#include "relay/geometry.h"

namespace oriel {

/// The least that a Wayland client can do for full-screen changes: three buffers, and for each
/// refresh one of them is attached and committed, all of it as damage. `frames` counts them.
///
/// Blocks: while the display is there. Errors: it could not begin, or the display is gone.
Result<void> commit_by_floor(const std::string& display,
                             Size size,
                             std::atomic<std::uint64_t>& frames);

/// The same for changes that come from elsewhere: one is committed when `bell` was rung for it,
/// and the compositor has asked for another.
Result<void> commit_when_rung(const std::string& display,
                              Size size,
                              const UniqueFd& bell,
                              std::atomic<std::uint64_t>& frames);

}  // namespace oriel
