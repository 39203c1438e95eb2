// SPDX-License-Identifier: MIT
#include "viewer/poll_pace.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

using std::chrono::milliseconds;
using Look = PollPace::Look;

constexpr Nanoseconds k60Hz = Nanoseconds(std::chrono::seconds(1)) / 60;
constexpr Look kNothing{};
constexpr Look kFrame{.frame = Look::Frame::Shown};
constexpr Look kPutOff{.frame = Look::Frame::PutOff};
constexpr Look kPointer{.pointer = Look::Pointer::Moved};

TEST(PollPace, LooksAtSixtyHertzWhileAllIsStill) {
    PollPace pace;

    EXPECT_GT(pace.sleep_after(kNothing, milliseconds(10'000)), milliseconds(16));
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
        now += pace.sleep_after(has_news ? kFrame : kNothing, now);
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
    PollPace pace;
    Nanoseconds now = milliseconds(1000);
    EXPECT_GE(follow(pace, now, milliseconds(50), 100).found, 98);

    follow(pace, now, k60Hz, 60);

    EXPECT_GE(follow(pace, now, k60Hz, 60).found, 58);
}

TEST(PollPace, LooksOftenOnceAFrameIsDue) {
    PollPace pace;
    pace.sleep_after(kFrame, milliseconds(1000));

    EXPECT_LT(pace.sleep_after(kNothing, milliseconds(1010)), milliseconds(1));
}

TEST(PollPace, LooksMoreRarelyTheLongerNothingCame) {
    PollPace pace;
    pace.sleep_after(kFrame, milliseconds(1000));

    EXPECT_EQ(pace.sleep_after(kNothing, milliseconds(1080)), milliseconds(5));
    EXPECT_EQ(pace.sleep_after(kNothing, milliseconds(1160)), milliseconds(10));
}

TEST(PollPace, NeverSleepsLongerThanASixtieth) {
    PollPace pace;
    Nanoseconds now = milliseconds(1000);
    Nanoseconds longest{0};
    // A slow source, long enough for its rate to be known.
    for (Nanoseconds next = now; now < milliseconds(10'000);) {
        const bool came = now >= next;
        next += came ? milliseconds(60) : milliseconds(0);
        const Nanoseconds sleep = pace.sleep_after(came ? kFrame : kNothing, now);
        longest = std::max(longest, sleep);
        now += sleep;
    }

    EXPECT_LE(longest, k60Hz);
}

TEST(PollPace, AFrameThatIsPutOffCountsWhenItIsSeenAndOnce) {
    PollPace shown;
    PollPace put_off;
    Nanoseconds now = milliseconds(1000);
    for (int frame = 0; frame < 100; ++frame) {
        shown.sleep_after(kNothing, now - milliseconds(1));
        put_off.sleep_after(kNothing, now - milliseconds(1));
        shown.sleep_after(kFrame, now);
        put_off.sleep_after(kPutOff, now);
        // The presenter lets go of the one before.
        put_off.sleep_after(kFrame, now + milliseconds(3));
        EXPECT_EQ(shown.sleep_after(kNothing, now + milliseconds(4)),
                  put_off.sleep_after(kNothing, now + milliseconds(4)));
        now += milliseconds(12);
    }
}

TEST(PollPace, APointerThatMovesIsFollowedWhileThePictureStandsStill) {
    PollPace pace;
    Nanoseconds now = milliseconds(10'000);
    pace.sleep_after(kNothing, now);

    pace.sleep_after(kPointer, now);
    const Nanoseconds when_due = pace.sleep_after(kNothing, now + k60Hz);

    EXPECT_LT(when_due, milliseconds(1));
}

}  // namespace
}  // namespace oriel
