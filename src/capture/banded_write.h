// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>

#include "capture/source.h"

namespace oriel {

/// Has `write` bring `damage` and what is stale into the slot, one rectangle at a time. A large
/// change is announced first and goes from top to bottom in bands, so that a reader can follow.
///
/// Returns the pixels written.
std::uint64_t write_in_bands(const CaptureTarget& target,
                             const Damage& damage,
                             const std::function<void(const Rect&)>& write);

}  // namespace oriel
