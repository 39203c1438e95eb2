// SPDX-License-Identifier: MIT
#include "viewer/recent_rate.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

using std::chrono::milliseconds;

TEST(RecentRate, TellsFramesShownAndMade) {
    RecentRate rate;
    Nanoseconds now = std::chrono::seconds(100);
    for (std::uint64_t i = 0; i < 200; ++i) {
        rate.note(1000 + 2 * i, now += milliseconds(10));
    }

    EXPECT_NEAR(rate.shown_per_second(now), 100, 0.01);
    EXPECT_NEAR(rate.made_per_second(now), 200, 0.01);
}

TEST(RecentRate, IsNothingWhereNothingCameForASecond) {
    RecentRate rate;
    rate.note(1, milliseconds(1000));
    rate.note(2, milliseconds(1010));

    EXPECT_EQ(rate.shown_per_second(milliseconds(2500)), 0);
}

TEST(RecentRate, StartsAnewWithASessionThatCountsAnew) {
    RecentRate rate;
    rate.note(900, milliseconds(1000));
    rate.note(1, milliseconds(1010));
    rate.note(2, milliseconds(1020));

    EXPECT_NEAR(rate.made_per_second(milliseconds(1020)), 100, 0.01);
}

}  // namespace
}  // namespace oriel
