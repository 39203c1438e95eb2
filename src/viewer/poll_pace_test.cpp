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

struct Followed {
    int found = 0;
    int looks = 0;
};

/// Frames of a steady rate, looked for as the pace says, for `count` of them. What came while it
/// slept is found as one.
Followed follow(PollPace& pace, Nanoseconds& now, Nanoseconds period, int count) {
    Nanoseconds next = now + period;
    const Nanoseconds end = now + period * count;
    Followed followed;
    while (now < end) {
        const bool has_news = now >= next;
        followed.found += has_news ? 1 : 0;
        ++followed.looks;
        while (next <= now) {
            next += period;
        }
        now += pace.sleep_after(has_news ? PollPace::Look::News : PollPace::Look::Nothing, now);
    }
    return followed;
}

TEST(PollPace, SleepsUntilShortlyBeforeTheNextFrameOfASteadyRate) {
    PollPace pace;
    Nanoseconds now = milliseconds(1000);
    follow(pace, now, milliseconds(10), 200);

    const Followed followed = follow(pace, now, milliseconds(10), 100);

    EXPECT_GE(followed.found, 98);
    EXPECT_LE(followed.looks, 100 * 5);
}

TEST(PollPace, FollowsARateThatGrows) {
    constexpr Nanoseconds k60Hz = Nanoseconds(std::chrono::seconds(1)) / 60;
    PollPace pace;
    Nanoseconds now = milliseconds(1000);
    EXPECT_GE(follow(pace, now, milliseconds(50), 100).found, 98);

    follow(pace, now, k60Hz, 60);

    EXPECT_GE(follow(pace, now, k60Hz, 60).found, 58);
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
