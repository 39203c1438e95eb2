// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "relay/clock_match.h"
#include "relay/frame_info.h"

namespace oriel {

/// A frame on its way, and when it was where; by our clock.
struct ShownFrame {
    /// Moments of the publisher's, moved to our clock.
    struct Publishers {
        Nanoseconds changed{0};   ///< The source learned of the change.
        Nanoseconds captured{0};  ///< The last pixel was in the slot.
        Nanoseconds error{0};     ///< Both may be off by so much.
    };

    std::uint64_t sequence = 0;
    std::uint64_t damaged_pixels = 0;
    std::optional<Publishers> publishers;  ///< Empty: not told, or the clocks are not matched yet.
    Nanoseconds taken{0};                  ///< The viewer was awake and had it.
    Nanoseconds shown{0};                  ///< The display server was done with it.
};

/// What of it the publisher knows.
inline std::optional<ShownFrame::Publishers> publishers_moments(
    const FrameTimes& times, const std::optional<ClockOffset>& clock) {
    if (!clock || times.capture_start == Nanoseconds(0)) {
        return std::nullopt;
    }
    return ShownFrame::Publishers{.changed = clock->to_ours(times.capture_start),
                                  .captured = clock->to_ours(times.finished),
                                  .error = clock->error};
}

}  // namespace oriel
