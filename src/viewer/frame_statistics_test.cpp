// SPDX-License-Identifier: MIT
#include "viewer/frame_statistics.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

using std::chrono::microseconds;

const FrameTimes kTimes{.vblank = {},
                        .capture_start = microseconds(1000),
                        .announced = microseconds(1100),
                        .finished = microseconds(1400)};

TEST(FrameStatistics, SplitsTheWayIntoStagesAcrossTheTwoClocks) {
    FrameStatistics statistics;
    // The guest's clock is 500 us behind ours.
    const ClockOffset clock{microseconds(-500), microseconds(3)};

    statistics.note_shown(kTimes, clock, microseconds(1950), microseconds(2050));

    EXPECT_EQ(statistics.stages.capture.percentile(0.5), microseconds(400));
    EXPECT_EQ(statistics.stages.relay.percentile(0.5), microseconds(50));
    EXPECT_EQ(statistics.stages.show.percentile(0.5), microseconds(100));
    EXPECT_EQ(statistics.stages.total.percentile(0.5), microseconds(550));
    EXPECT_EQ(statistics.clock_error, microseconds(3));
}

TEST(FrameStatistics, KeepsQuietAboutWhatCrossesWithoutAClock) {
    FrameStatistics statistics;

    statistics.note_shown(kTimes, std::nullopt, microseconds(1950), microseconds(2050));

    EXPECT_EQ(statistics.frames, 1U);
    EXPECT_FALSE(statistics.stages.total.percentile(0.5));
}

}  // namespace
}  // namespace oriel
