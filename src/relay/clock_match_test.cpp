// SPDX-License-Identifier: MIT
#include "relay/clock_match.h"

#include <gtest/gtest.h>

#include "relay/test_random.h"

namespace oriel {
namespace {

constexpr Nanoseconds kNone{0};
constexpr Nanoseconds kLeast = Nanoseconds::min();
constexpr Nanoseconds kMost = Nanoseconds::max();

/// A publisher whose clock is `offset` ahead and runs `drift` parts in a million faster.
struct Publisher {
    Nanoseconds offset;
    std::int64_t drift;

    Nanoseconds clock(Nanoseconds ours) const { return ours + offset + ours / 1'000'000 * drift; }
};

TEST(ClockMatch, KnowsNothingBeforeTheFirstRoundTrip) {
    EXPECT_FALSE(ClockMatch().at(Nanoseconds(5)));
}

TEST(ClockMatch, KeepsTheTruthWithinItsBound) {
    TestRandom random(1);
    for (const std::int64_t drift : {-50, 0, 50}) {
        const Publisher publisher{std::chrono::seconds(-3600), drift};
        ClockMatch match;
        Nanoseconds now = std::chrono::seconds(10);
        for (int i = 0; i < 500; ++i) {
            const Nanoseconds sent = now;
            const Nanoseconds received = sent + Nanoseconds(1000 + random.below(3'000'000));
            const Nanoseconds answered = received + Nanoseconds(random.below(50'000));
            const Nanoseconds seen = answered + Nanoseconds(1000 + random.below(3'000'000));
            match.add(sent, publisher.clock(received), publisher.clock(answered), seen);
            now = seen + std::chrono::milliseconds(500);

            const auto offset = match.at(now);
            ASSERT_TRUE(offset);
            const Nanoseconds truth = publisher.clock(now) - now;
            ASSERT_LE(std::abs((offset->offset - truth).count()), offset->error.count())
                << "round " << i;
        }
    }
}

TEST(ClockMatch, PrefersTheSmallestRoundTripUntilItIsOld) {
    ClockMatch match;
    match.add(Nanoseconds(0), Nanoseconds(110), Nanoseconds(110), Nanoseconds(20));
    match.add(Nanoseconds(100), Nanoseconds(5000), Nanoseconds(5000), Nanoseconds(2100));
    EXPECT_EQ(match.at(Nanoseconds(2100))->offset, Nanoseconds(100));
    EXPECT_EQ(match.at(Nanoseconds(2100))->error, Nanoseconds(10));

    const Nanoseconds later = std::chrono::seconds(1);
    match.add(
        later, later + Nanoseconds(5000), later + Nanoseconds(5000), later + Nanoseconds(2000));

    EXPECT_EQ(match.at(later + Nanoseconds(2000))->offset, Nanoseconds(4000));
}

TEST(ClockMatch, IsExactWhereBothReadTheSameClock) {
    ClockMatch match;
    match.set_same_clock();
    match.add(Nanoseconds(0), Nanoseconds(999), Nanoseconds(999), Nanoseconds(10));

    const auto offset = match.at(std::chrono::hours(50));

    EXPECT_EQ(offset->offset, kNone);
    EXPECT_EQ(offset->error, kNone);
}

TEST(ClockMatch, DropsAnswersThatTookNegativeOrTooMuchTime) {
    ClockMatch match;

    match.add(Nanoseconds(100), Nanoseconds(50), Nanoseconds(49), Nanoseconds(200));
    match.add(Nanoseconds(100), Nanoseconds(50), Nanoseconds(151), Nanoseconds(200));

    EXPECT_FALSE(match.at(Nanoseconds(200)));
}

TEST(ClockMatch, SurvivesTheLargestClaims) {
    ClockMatch match;
    for (const Nanoseconds received : {kLeast, kMost, kNone}) {
        for (const Nanoseconds answered : {kLeast, kMost, kNone}) {
            match.add(Nanoseconds(100), received, answered, Nanoseconds(200));
        }
    }

    const auto offset = match.at(Nanoseconds(300));

    ASSERT_TRUE(offset);
    static_cast<void>(offset->to_ours(kLeast));
    static_cast<void>(offset->to_ours(kMost));
    EXPECT_LE(offset->error, Nanoseconds(100));
}

TEST(ClockOffset, TurnsPublishersTimeIntoOurs) {
    const ClockOffset offset{Nanoseconds(-40), kNone};

    EXPECT_EQ(offset.to_ours(Nanoseconds(60)), Nanoseconds(100));
}

}  // namespace
}  // namespace oriel
