// SPDX-License-Identifier: MIT
#include "capture/screen_look_pace.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Nanoseconds kStart = seconds(100);
constexpr auto kPeriod60 = Nanoseconds(1'000'000'000'000 / 60'000);

void look(ScreenLookPace& pace,
          Nanoseconds at,
          ScreenLookPace::Found found = ScreenLookPace::Found::Nothing,
          Nanoseconds cost = microseconds(100)) {
    pace.note_look(at, at + cost, found);
}

void glance(ScreenLookPace& pace, Nanoseconds at, Nanoseconds cost) {
    pace.note_glance(at, at + cost);
}

TEST(ScreenLookPace, AsksForALookAtOnceAtFirst) {
    EXPECT_LE(ScreenLookPace(ScreenLookPace::Told::ByEvents).next_look(), milliseconds(17));
    EXPECT_FALSE(ScreenLookPace(ScreenLookPace::Told::ByEvents).is_glance_enough());
}

TEST(ScreenLookPace, LooksOncePerPeriodWhileEventsCome) {
    ScreenLookPace pace(ScreenLookPace::Told::ByEvents);
    pace.set_refresh(100'000);
    look(pace, kStart, ScreenLookPace::Found::Change);

    pace.ask();

    EXPECT_EQ(pace.next_look(), kStart + milliseconds(10));
}

TEST(ScreenLookPace, GlancesWhereEventsWouldTell) {
    ScreenLookPace pace(ScreenLookPace::Told::ByEvents);
    EXPECT_FALSE(pace.is_glance_enough());
    look(pace, kStart);
    EXPECT_TRUE(pace.is_glance_enough());

    glance(pace, kStart, microseconds(100));
    EXPECT_EQ(pace.next_look(), kStart + milliseconds(100));
    // What interrupted one glance, was not its own.
    glance(pace, kStart, milliseconds(50));
    glance(pace, kStart, microseconds(100));
    EXPECT_EQ(pace.next_look(), kStart + milliseconds(100));

    pace.ask();
    EXPECT_FALSE(pace.is_glance_enough());
}

TEST(ScreenLookPace, GlancesLessOftenTheMoreItCosts) {
    ScreenLookPace pace(ScreenLookPace::Told::ByEvents);

    look(pace, kStart, ScreenLookPace::Found::Nothing, milliseconds(70));
    glance(pace, kStart, milliseconds(2));
    EXPECT_EQ(pace.next_look(), kStart + milliseconds(1024));
    ScreenLookPace slow(ScreenLookPace::Told::ByEvents);
    look(slow, kStart);
    glance(slow, kStart, milliseconds(70));
    EXPECT_EQ(slow.next_look(), kStart + seconds(2));
}

TEST(ScreenLookPace, FollowsEachPeriodOnceAChangeCameUntold) {
    ScreenLookPace pace(ScreenLookPace::Told::ByEvents);
    look(pace, kStart);

    look(pace, kStart + milliseconds(100), ScreenLookPace::Found::Change);

    EXPECT_FALSE(pace.is_glance_enough());
    EXPECT_EQ(pace.next_look(), kStart + milliseconds(100) + kPeriod60);
    look(pace, kStart + seconds(2));
    EXPECT_EQ(pace.next_look(), kStart + seconds(2) + kPeriod60);
    pace.forget_untold();
    EXPECT_EQ(pace.next_look(), kStart + seconds(2) + milliseconds(100));
}

TEST(ScreenLookPace, ForgetsInTimeThatAChangeCameUntold) {
    ScreenLookPace pace(ScreenLookPace::Told::ByEvents);
    look(pace, kStart);
    look(pace, kStart + milliseconds(100), ScreenLookPace::Found::Change);

    look(pace, kStart + seconds(30));
    EXPECT_FALSE(pace.is_glance_enough());
    look(pace, kStart + seconds(31));
    EXPECT_TRUE(pace.is_glance_enough());
}

TEST(ScreenLookPace, ForgivesAChangeThatWasTooFreshToBeTold) {
    ScreenLookPace pace(ScreenLookPace::Told::ByEvents);
    look(pace, kStart);
    look(pace, kStart + milliseconds(100), ScreenLookPace::Found::Change);

    pace.note_event(kStart + milliseconds(110));

    look(pace, kStart + milliseconds(120));
    EXPECT_EQ(pace.next_look(), kStart + milliseconds(220));
}

TEST(ScreenLookPace, DoesNotTakeAToldChangeForAnUntoldOne) {
    ScreenLookPace pace(ScreenLookPace::Told::ByEvents);
    look(pace, kStart);
    pace.ask();

    look(pace, kStart + milliseconds(50), ScreenLookPace::Found::Change);

    EXPECT_EQ(pace.next_look(), kStart + milliseconds(150));
}

TEST(ScreenLookPace, SlowsDownWithoutEventsWhenNothingChanges) {
    ScreenLookPace pace(ScreenLookPace::Told::ByNobody);
    look(pace, kStart, ScreenLookPace::Found::Change, milliseconds(2));
    EXPECT_EQ(pace.next_look(), kStart + kPeriod60);

    look(pace, kStart + seconds(1), ScreenLookPace::Found::Nothing, milliseconds(2));

    EXPECT_EQ(pace.next_look(), kStart + seconds(1) + milliseconds(32));
    EXPECT_TRUE(pace.has_to_ask_for_flips());
}

TEST(ScreenLookPace, NeverLooksMoreThanHalfOfTheTime) {
    ScreenLookPace pace(ScreenLookPace::Told::ByNobody);

    look(pace, kStart, ScreenLookPace::Found::Change, milliseconds(70));

    EXPECT_EQ(pace.next_look(), kStart + milliseconds(140));
    pace.ask();
    EXPECT_EQ(pace.next_look(), kStart + milliseconds(140));
}

TEST(ScreenLookPace, TakesImplausibleRatesForSixtyHertz) {
    ScreenLookPace pace(ScreenLookPace::Told::ByEvents);

    for (const std::uint32_t rate : {0U, 999U, 4'000'000'000U}) {
        pace.set_refresh(rate);
        EXPECT_EQ(pace.period(), kPeriod60);
    }
}

}  // namespace
}  // namespace oriel
