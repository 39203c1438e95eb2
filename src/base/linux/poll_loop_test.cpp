// SPDX-License-Identifier: MIT
#include "base/poll_loop.h"

#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/linux/event_fd.h"

namespace oriel {
namespace {

constexpr Nanoseconds kNow{0};
constexpr Nanoseconds kSoon = std::chrono::milliseconds(1);

UniqueFd rung_bell() {
    UniqueFd bell = create_event_fd().value();
    ring_event_fd(bell);
    return bell;
}

void round_of(PollLoop& loop) {
    ASSERT_TRUE(loop.run_once(kNow));
}

TEST(PollLoop, CallsBackEachRoundWhileReadable) {
    PollLoop loop;
    const UniqueFd bell = rung_bell();
    const UniqueFd silent = create_event_fd().value();
    int calls = 0;
    int wrong_calls = 0;
    loop.watch(silent.get(), [&] { ++wrong_calls; });
    loop.watch(bell.get(), [&] { ++calls; });

    round_of(loop);
    round_of(loop);
    drain_event_fd(bell);
    round_of(loop);

    EXPECT_EQ(calls, 2);
    EXPECT_EQ(wrong_calls, 0);
}

TEST(PollLoop, CallsBackAtTheEndOfASocket) {
    PollLoop loop;
    int ends[2] = {-1, -1};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    const UniqueFd ours(ends[0]);
    UniqueFd theirs(ends[1]);
    int calls = 0;
    loop.watch(ours.get(), [&] { ++calls; });

    theirs.reset();
    round_of(loop);

    EXPECT_EQ(calls, 1);
}

TEST(PollLoop, LeavesPausedDescriptorsOutUntilResumed) {
    PollLoop loop;
    const UniqueFd bell = rung_bell();
    int calls = 0;
    const auto id = loop.watch(bell.get(), [&] { ++calls; });

    loop.pause(id);
    round_of(loop);
    EXPECT_EQ(calls, 0);
    loop.resume(id);
    round_of(loop);

    EXPECT_EQ(calls, 1);
}

TEST(PollLoop, SleepsThroughAPausedDescriptorThatIsReadable) {
    PollLoop loop;
    const UniqueFd bell = rung_bell();
    bool fired = false;
    const auto timer = loop.add_timer([&] { fired = true; });
    loop.pause(loop.watch(bell.get(), [] {}));
    loop.arm(timer, kSoon);

    ASSERT_TRUE(loop.run_once(std::nullopt));

    EXPECT_TRUE(fired) << "only the timer can have ended the sleep";
}

TEST(PollLoop, LetsACallbackRemoveItselfAndKeepsItAliveMeanwhile) {
    PollLoop loop;
    const UniqueFd bell = rung_bell();
    const auto owned = std::make_shared<std::string>("captured by the callback");
    std::string seen;
    PollLoop::Id id{};
    id = loop.watch(bell.get(), [&loop, &id, &seen, copy = owned] {
        loop.remove(id);
        seen = *copy;
    });

    round_of(loop);
    round_of(loop);

    EXPECT_EQ(seen, "captured by the callback");
    EXPECT_EQ(owned.use_count(), 1) << "a round later the callback is gone";
}

TEST(PollLoop, DoesNotCallWhatAnEarlierCallbackOfTheRoundRemovedOrPaused) {
    PollLoop loop;
    const UniqueFd first = rung_bell();
    const UniqueFd second = rung_bell();
    const UniqueFd third = rung_bell();
    int wrong_calls = 0;
    PollLoop::Id removed{};
    PollLoop::Id paused{};
    loop.watch(first.get(), [&] {
        loop.remove(removed);
        loop.pause(paused);
    });
    removed = loop.watch(second.get(), [&] { ++wrong_calls; });
    paused = loop.watch(third.get(), [&] { ++wrong_calls; });

    round_of(loop);

    EXPECT_EQ(wrong_calls, 0);
}

TEST(PollLoop, DoesNotMixUpADescriptorThatWasClosedAndMadeAnew) {
    PollLoop loop;
    const UniqueFd first = rung_bell();
    UniqueFd second = rung_bell();
    std::string called;
    PollLoop::Id old{};
    const auto replace = [&] {
        called += "f";
        if (second) {
            loop.remove(old);
            second.reset();
            second = create_event_fd().value();
            loop.watch(second.get(), [&] { called += "new"; });
        }
    };
    loop.watch(first.get(), replace);
    old = loop.watch(second.get(), [&] { called += "old"; });

    round_of(loop);

    EXPECT_EQ(called, "f");
}

TEST(PollLoopDeathTest, TreatsAClosedDescriptorAsABugOfOurs) {
    PollLoop loop;
    UniqueFd bell = rung_bell();
    loop.watch(bell.get(), [] {});
    bell.reset();

    EXPECT_DEATH(static_cast<void>(loop.run_once(kNow)), "POLLNVAL");
}

TEST(PollLoop, FiresATimerOncePerArming) {
    PollLoop loop;
    int fired = 0;
    const auto timer = loop.add_timer([&] { ++fired; });
    round_of(loop);
    EXPECT_EQ(fired, 0) << "disarmed at first";

    loop.arm(timer, kNow);
    EXPECT_TRUE(loop.is_armed(timer));
    round_of(loop);
    round_of(loop);

    EXPECT_EQ(fired, 1);
    EXPECT_FALSE(loop.is_armed(timer));
}

TEST(PollLoop, SleepsUntilTheNextTimerAndNotPastIt) {
    PollLoop loop;
    bool fired = false;
    const auto timer = loop.add_timer([&] { fired = true; });
    const Nanoseconds when = monotonic_now() + kSoon;
    loop.arm_at(timer, when);

    ASSERT_TRUE(loop.run_once(std::nullopt));

    EXPECT_TRUE(fired);
    EXPECT_GE(monotonic_now(), when);
}

TEST(PollLoop, SleepsWithoutEndWhereNothingIsArmed) {
    PollLoop loop;
    const UniqueFd bell = create_event_fd().value();
    int rounds = 0;
    loop.before_sleep([&] { ++rounds; });
    loop.watch(bell.get(), [&] { loop.stop(); });
    std::jthread ringer([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        ring_event_fd(bell);
    });

    ASSERT_TRUE(loop.run());

    EXPECT_EQ(rounds, 1);
}

TEST(PollLoop, FiresTimersInTheOrderOfTheirTimes) {
    PollLoop loop;
    std::string order;
    const auto later = loop.add_timer([&] { order += "b"; });
    const auto sooner = loop.add_timer([&] { order += "a"; });
    loop.arm_at(later, monotonic_now());
    loop.arm_at(sooner, monotonic_now() - kSoon);

    round_of(loop);

    EXPECT_EQ(order, "ab");
}

TEST(PollLoop, DoesNotFireATimerThatAnEarlierOneDisarmedOrRemoved) {
    PollLoop loop;
    int wrong_calls = 0;
    PollLoop::Id disarmed{};
    PollLoop::Id removed{};
    const auto first = loop.add_timer([&] {
        loop.disarm(disarmed);
        loop.remove(removed);
    });
    disarmed = loop.add_timer([&] { ++wrong_calls; });
    removed = loop.add_timer([&] { ++wrong_calls; });
    loop.arm_at(first, monotonic_now() - kSoon);
    loop.arm(disarmed, kNow);
    loop.arm(removed, kNow);

    round_of(loop);

    EXPECT_EQ(wrong_calls, 0);
}

TEST(PollLoop, RearmedByItsOwnCallbackATimerWaitsForTheNextRound) {
    PollLoop loop;
    int fired = 0;
    PollLoop::Id timer{};
    timer = loop.add_timer([&] {
        ++fired;
        loop.arm_at(timer, monotonic_now() - kSoon);
    });
    loop.arm(timer, kNow);

    round_of(loop);
    EXPECT_EQ(fired, 1);
    round_of(loop);

    EXPECT_EQ(fired, 2);
}

TEST(PollLoop, PreparesBeforeEachSleepAndMayStopThere) {
    PollLoop loop;
    int prepared = 0;
    loop.before_sleep([&] {
        if (++prepared == 3) {
            loop.stop();
        }
    });
    const UniqueFd bell = rung_bell();
    loop.watch(bell.get(), [] {});

    ASSERT_TRUE(loop.run());

    EXPECT_EQ(prepared, 3);
    EXPECT_TRUE(loop.is_stopped());
}

TEST(PollLoop, CallsNothingMoreOnceStopped) {
    PollLoop loop;
    const UniqueFd bell = rung_bell();
    int wrong_calls = 0;
    loop.watch(bell.get(), [&] { loop.stop(); });
    loop.watch(bell.get(), [&] { ++wrong_calls; });
    const auto timer = loop.add_timer([&] { ++wrong_calls; });
    loop.arm(timer, kNow);

    ASSERT_TRUE(loop.run());

    EXPECT_EQ(wrong_calls, 0);
}

TEST(PollLoop, FiresNoTimerMoreOnceStoppedByOne) {
    PollLoop loop;
    int wrong_calls = 0;
    const auto first = loop.add_timer([&] { loop.stop(); });
    const auto second = loop.add_timer([&] { ++wrong_calls; });
    loop.arm(first, kNow);
    loop.arm(second, kNow);

    ASSERT_TRUE(loop.run());

    EXPECT_EQ(wrong_calls, 0);
}

TEST(PollLoop, EndsOnASignalAndTellsWhich) {
    PollLoop loop;
    ASSERT_TRUE(loop.stop_on_signals());
    EXPECT_EQ(loop.stop_signal(), 0);

    ASSERT_EQ(::kill(::getpid(), SIGTERM), 0);
    ASSERT_TRUE(loop.run());

    EXPECT_EQ(loop.stop_signal(), SIGTERM);
}

}  // namespace
}  // namespace oriel
