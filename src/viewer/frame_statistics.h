// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "base/samples.h"
#include "relay/clock_match.h"
#include "relay/frame_info.h"

namespace oriel {

/// Where a frame's time went, from the change in the guest to the host's screen. Stages that
/// cross from guest to host need the clocks' offset, and carry its error.
struct StageSamples {
    Samples capture;  ///< The source learned of the change -> the last pixel was in the slot.
    Samples relay;    ///< ... -> the viewer was awake and had the frame.
    Samples show;     ///< ... -> the display server was done with it.
    Samples total;
};

struct FrameStatistics {
    std::uint64_t frames = 0;  ///< Shown.
    std::uint64_t damaged_pixels = 0;
    std::uint64_t bytes_copied = 0;  ///< By the viewer itself; the display server's are not ours.
    std::uint64_t voided_holds = 0;  ///< Slots the publisher took back while they were shown.
    Nanoseconds clock_error{0};
    StageSamples stages;

    /// `taken`: the viewer had it; `shown`: it is on screen. Both by our clock.
    void note_shown(const FrameTimes& times,
                    const std::optional<ClockOffset>& clock,
                    Nanoseconds taken,
                    Nanoseconds shown);
};

}  // namespace oriel
