// SPDX-License-Identifier: MIT
#include "viewer/poll_pace.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

using std::chrono::milliseconds;

TEST(PollPace, LooksAtSixtyHertzWhileAllIsStill) {
    PollPace pace;

    EXPECT_GT(pace.sleep_after(PollPace::Look::Nothing, milliseconds(10'000)), milliseconds(16));
}

TEST(PollPace, SleepsUntilShortlyBeforeTheNextFrameOfASteadyRate) {
    PollPace pace;
    Nanoseconds now = milliseconds(1000);
    Nanoseconds sleep{0};
    for (int frame = 0; frame < 200; ++frame) {
        now += milliseconds(10);
        sleep = pace.sleep_after(PollPace::Look::News, now);
    }

    EXPECT_GT(sleep, milliseconds(8));
    EXPECT_LT(sleep, milliseconds(10));
}

TEST(PollPace, LooksOftenOnceAFrameIsDue) {
    PollPace pace;
    pace.sleep_after(PollPace::Look::News, milliseconds(1000));

    EXPECT_LT(pace.sleep_after(PollPace::Look::Nothing, milliseconds(1010)), milliseconds(1));
}

TEST(PollPace, LooksMoreRarelyTheLongerNothingCame) {
    PollPace pace;
    pace.sleep_after(PollPace::Look::News, milliseconds(1000));

    EXPECT_EQ(pace.sleep_after(PollPace::Look::Nothing, milliseconds(1080)), milliseconds(5));
    EXPECT_EQ(pace.sleep_after(PollPace::Look::Nothing, milliseconds(1160)), milliseconds(10));
}

}  // namespace
}  // namespace oriel
