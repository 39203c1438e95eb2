// SPDX-License-Identifier: MIT
#include "guest/capture_pace.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

using std::chrono::milliseconds;

TEST(CapturePace, LetsAChangeAfterAPauseStartAtOnce) {
    CapturePace pace;
    pace.set_refresh(100'000);
    pace.note_start(milliseconds(1000));

    EXPECT_LE(pace.earliest_start(), milliseconds(1010));
    pace.note_start(milliseconds(5000));

    EXPECT_EQ(pace.earliest_start(), milliseconds(5010));
}

TEST(CapturePace, KeepsThePeriodWhenOneStartIsLate) {
    CapturePace pace;
    pace.set_refresh(100'000);
    pace.note_start(milliseconds(1000));

    pace.note_start(milliseconds(1014));

    EXPECT_EQ(pace.earliest_start(), milliseconds(1020));
}

TEST(CapturePace, DoesNotBelieveADisplayOfAMegahertz) {
    CapturePace pace;
    pace.set_refresh(0xFFFFFFFF);
    pace.note_start(milliseconds(1000));

    EXPECT_GT(pace.earliest_start(), milliseconds(1016));
}

}  // namespace
}  // namespace oriel
