// SPDX-License-Identifier: MIT
#include "guest/agent_keeper.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Act = AgentKeeper::Act;

constexpr Nanoseconds kStart = seconds(1000);

AgentKeeper keeper_with_agent() {
    AgentKeeper keeper{AgentKeeper::Times{}};
    keeper.session_is(1, kStart);
    keeper.agent_started(kStart);
    return keeper;
}

TEST(AgentKeeper, StartsAnAgentWhereTheScreenIs) {
    AgentKeeper keeper{AgentKeeper::Times{}};
    keeper.session_is(3, kStart);

    EXPECT_EQ(keeper.next(kStart), Act::Start);
    EXPECT_EQ(keeper.session(), 3U);
}

TEST(AgentKeeper, LooksAgainWhereNoSessionHasTheScreen) {
    AgentKeeper keeper{AgentKeeper::Times{}};
    keeper.session_is(std::nullopt, kStart);

    EXPECT_EQ(keeper.next(kStart), Act::Wait);
    EXPECT_EQ(keeper.wake_at(), kStart + seconds(1));
}

TEST(AgentKeeper, SleepsWhileTheAgentRuns) {
    AgentKeeper keeper = keeper_with_agent();

    EXPECT_EQ(keeper.next(kStart + seconds(3600)), Act::Wait);
    EXPECT_EQ(keeper.wake_at(), std::nullopt);
}

TEST(AgentKeeper, StartsAnAgentThatWasWellAfterTheShortestPause) {
    AgentKeeper keeper = keeper_with_agent();

    keeper.agent_ended(kStart + seconds(10));

    EXPECT_EQ(keeper.next(kStart + seconds(10) + milliseconds(249)), Act::Wait);
    EXPECT_EQ(keeper.next(kStart + seconds(10) + milliseconds(250)), Act::Start);
    EXPECT_EQ(keeper.short_lives(), 1U);
}

TEST(AgentKeeper, WaitsTwiceAsLongEachTimeThatItEndsAtOnce) {
    AgentKeeper keeper = keeper_with_agent();

    keeper.agent_ended(kStart);
    EXPECT_EQ(keeper.wake_at(), kStart + milliseconds(250));
    keeper.agent_started(kStart);
    keeper.agent_ended(kStart);
    EXPECT_EQ(keeper.wake_at(), kStart + milliseconds(500));
    keeper.start_failed(kStart);
    EXPECT_EQ(keeper.wake_at(), kStart + milliseconds(1000));
}

TEST(AgentKeeper, NeverWaitsLongerThanItsLongestPause) {
    AgentKeeper keeper{AgentKeeper::Times{}};
    keeper.session_is(1, kStart);

    for (int i = 0; i < 1000; ++i) {
        keeper.start_failed(kStart);
    }

    EXPECT_EQ(keeper.wake_at(), kStart + seconds(2));
}

TEST(AgentKeeper, StartsAtOnceInAnotherSession) {
    AgentKeeper keeper = keeper_with_agent();
    keeper.agent_ended(kStart);
    keeper.start_failed(kStart);

    keeper.session_is(2, kStart);

    EXPECT_EQ(keeper.next(kStart), Act::Start);
}

TEST(AgentKeeper, EndsTheAgentOfASessionThatLostTheScreenBeforeItStartsAnother) {
    AgentKeeper keeper = keeper_with_agent();

    keeper.session_is(2, kStart);
    EXPECT_EQ(keeper.next(kStart), Act::AskToEnd);
    EXPECT_EQ(keeper.next(kStart), Act::Wait);
    keeper.agent_ended(kStart + seconds(1));

    EXPECT_EQ(keeper.next(kStart + seconds(1)), Act::Start);
    EXPECT_EQ(keeper.session(), 2U);
}

TEST(AgentKeeper, EndsWhatItAskedToEndThoughTheScreenCameBack) {
    AgentKeeper keeper = keeper_with_agent();
    keeper.session_is(2, kStart);
    ASSERT_EQ(keeper.next(kStart), Act::AskToEnd);

    keeper.session_is(1, kStart);

    EXPECT_EQ(keeper.next(kStart + seconds(3)), Act::Kill);
    keeper.agent_ended(kStart + seconds(3));
    EXPECT_EQ(keeper.next(kStart + seconds(3)), Act::Start);
}

TEST(AgentKeeper, KeepsTheAgentBetweenTwoSessions) {
    AgentKeeper keeper = keeper_with_agent();

    keeper.session_is(std::nullopt, kStart);

    EXPECT_EQ(keeper.next(kStart), Act::Wait);
    EXPECT_EQ(keeper.wake_at(), kStart + seconds(1));
}

TEST(AgentKeeper, StopsByAskingTheAgentFirst) {
    AgentKeeper keeper = keeper_with_agent();

    keeper.stop();
    EXPECT_EQ(keeper.next(kStart), Act::AskToEnd);
    EXPECT_EQ(keeper.wake_at(), kStart + seconds(3));
    keeper.agent_ended(kStart + seconds(1));

    EXPECT_EQ(keeper.next(kStart + seconds(1)), Act::Finish);
}

TEST(AgentKeeper, KillsAnAgentThatDoesNotEndInTime) {
    AgentKeeper keeper = keeper_with_agent();
    keeper.stop();
    ASSERT_EQ(keeper.next(kStart), Act::AskToEnd);

    EXPECT_EQ(keeper.next(kStart + seconds(3) - Nanoseconds(1)), Act::Wait);
    EXPECT_EQ(keeper.next(kStart + seconds(3)), Act::Kill);
    EXPECT_EQ(keeper.next(kStart + seconds(4)), Act::Wait);
    keeper.agent_ended(kStart + seconds(4));

    EXPECT_EQ(keeper.next(kStart + seconds(4)), Act::Finish);
}

TEST(AgentKeeper, StopsAtOnceWithoutAnAgent) {
    AgentKeeper keeper{AgentKeeper::Times{}};
    keeper.session_is(1, kStart);
    keeper.start_failed(kStart);

    keeper.stop();

    EXPECT_EQ(keeper.next(kStart), Act::Finish);
}

}  // namespace
}  // namespace oriel
