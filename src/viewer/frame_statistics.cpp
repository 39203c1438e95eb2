// SPDX-License-Identifier: MIT
#include "viewer/frame_statistics.h"

namespace oriel {

void FrameStatistics::note_shown(const FrameTimes& times,
                                 const std::optional<ClockOffset>& clock,
                                 Nanoseconds taken,
                                 Nanoseconds shown) {
    ++frames;
    stages.show.add(shown - taken);
    if (times.capture_start == Nanoseconds(0)) {
        return;
    }
    stages.capture.add(wrapping_difference(times.finished, times.capture_start));
    if (!clock) {
        return;
    }
    clock_error = clock->error;
    stages.relay.add(wrapping_difference(taken, clock->to_ours(times.finished)));
    stages.total.add(wrapping_difference(shown, clock->to_ours(times.capture_start)));
}

}  // namespace oriel
