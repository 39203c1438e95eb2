// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "relay/damage.h"
#include "relay/frame_info.h"

namespace oriel::looking_glass {

/// What of a frame may not be in place although it is counted as written. The producer's stores go
/// around its caches, and nothing orders them before the count: the newest lines of its
/// write-combining buffers come when they come, and within kSettling in any case.
struct LateBytes {
    /// Longer than any clock tick of a guest (64 in a second), whose interrupt empties the
    /// processor's buffers whatever its programs do.
    static constexpr Nanoseconds kSettling = std::chrono::milliseconds(20);

    Damage area;             ///< Of a frame that is whole.
    std::uint32_t rows = 0;  ///< Right above the count, of one that is being written.

    /// `part` may have been written last: by itself, or as one of several in any order.
    void add(const Rect& part, const FrameGeometry& geometry);
    void add(const LateBytes& other);

    /// Of a frame of which nobody knows what was written.
    static LateBytes unknown(Size size);
};

}  // namespace oriel::looking_glass
