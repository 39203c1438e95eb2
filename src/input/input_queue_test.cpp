// SPDX-License-Identifier: MIT
#include "input/input_queue.h"

#include <vector>

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

namespace oriel {
namespace {

using namespace std::chrono_literals;
using Kind = GuestInput::Kind;

GuestInput key_event(std::uint32_t code, Press press) {
    return {.kind = Kind::Key, .press = press, .code = code};
}

class Queue : public testing::Test {
  protected:
    Queue() { queue_.set_ready(true); }

    /// All that waits, as it goes out, with the clock moved on as far as that takes.
    std::vector<GuestInput> drain() {
        std::vector<GuestInput> events;
        while (!queue_.is_empty()) {
            const auto when = queue_.when(now_);
            if (!when) {
                break;
            }
            now_ = *when;
            const auto event = queue_.take(now_);
            EXPECT_TRUE(event) << "it was due";
            events.push_back(event.value_or(GuestInput{}));
        }
        return events;
    }

    InputQueue queue_;
    Nanoseconds now_ = 1s;
};

TEST_F(Queue, GivesKeysBackInOrder) {
    queue_.key(KEY_LEFTSHIFT, Press::Down);
    queue_.key(KEY_A, Press::Down);
    queue_.key(KEY_A, Press::Up);
    queue_.key(KEY_LEFTSHIFT, Press::Up);

    EXPECT_EQ(drain(),
              (std::vector<GuestInput>{key_event(KEY_LEFTSHIFT, Press::Down),
                                       key_event(KEY_A, Press::Down),
                                       key_event(KEY_A, Press::Up),
                                       key_event(KEY_LEFTSHIFT, Press::Up)}));
}

TEST_F(Queue, NeverHasMoreUnderWayThanAPs2QueueHolds) {
    for (int i = 0; i < 20; ++i) {
        queue_.key(KEY_RIGHT, Press::Down);  // 2 bytes
        queue_.key(KEY_RIGHT, Press::Up);    // 3 bytes
    }

    // A guest that reads a byte in 2 ms, as the queue expects of it.
    double bytes = 0;
    double most = 0;
    Nanoseconds before = now_;
    while (!queue_.is_empty()) {
        now_ = queue_.when(now_).value_or(now_);
        bytes = std::max(0.0, bytes - static_cast<double>((now_ - before).count()) / 2e6);
        before = now_;
        const GuestInput event = queue_.take(now_).value_or(GuestInput{});
        bytes += event.press == Press::Down ? 2 : 3;
        most = std::max(most, bytes);
    }

    EXPECT_LE(most, 8.01);
    EXPECT_GE(now_, 1s + 20 * 5 * 2ms - 8 * 2ms);
}

TEST_F(Queue, LetsFiftyKeysASecondPassAtOnce) {
    for (int i = 0; i < 500; ++i) {
        queue_.key(KEY_A, i % 2 == 0 ? Press::Down : Press::Up);
        EXPECT_TRUE(queue_.take(now_)) << "event " << i;
        now_ += 10ms;
    }
}

TEST_F(Queue, DropsPressesBeyondItsBoundTogetherWithTheirReleases) {
    for (int i = 0; i < 1000; ++i) {
        queue_.key(KEY_A, Press::Down);
        queue_.key(KEY_A, Press::Up);
    }
    EXPECT_LE(queue_.size(), InputQueue::kMaxWaiting + 1);

    int down = 0;
    for (const GuestInput& event : drain()) {
        down += event.press == Press::Down ? 1 : -1;
        EXPECT_TRUE(down == 0 || down == 1);
    }
    EXPECT_EQ(down, 0);
}

TEST_F(Queue, KeepsAReleaseHoweverFullItIs) {
    queue_.key(KEY_LEFTCTRL, Press::Down);
    for (int i = 0; i < 1000; ++i) {
        queue_.key(KEY_A, Press::Down);
        queue_.key(KEY_A, Press::Up);
    }

    queue_.key(KEY_LEFTCTRL, Press::Up);

    EXPECT_EQ(drain().back(), key_event(KEY_LEFTCTRL, Press::Up));
}

TEST_F(Queue, SendsRepeatsButDoesNotHeapThemUp) {
    queue_.key(KEY_A, Press::Down);
    EXPECT_EQ(drain().size(), 1U);
    queue_.key(KEY_A, Press::Down);
    queue_.key(KEY_A, Press::Down);
    queue_.key(KEY_A, Press::Down);

    EXPECT_EQ(drain(), std::vector<GuestInput>{key_event(KEY_A, Press::Down)});
}

TEST_F(Queue, ReleasesAllThatIsHeldDownOnce) {
    queue_.key(KEY_A, Press::Down);
    queue_.button(BTN_LEFT, Press::Down);
    static_cast<void>(drain());
    queue_.key(KEY_B, Press::Down);

    queue_.release_all();
    queue_.release_all();
    queue_.key(KEY_A, Press::Up);

    const auto events = drain();
    ASSERT_EQ(events.size(), 4U);
    EXPECT_EQ(events[0], key_event(KEY_B, Press::Down));
    EXPECT_TRUE(events[1].is_release() && events[2].is_release() && events[3].is_release());
}

TEST_F(Queue, ForgetsAllButReleasesWhereNothingArrives) {
    queue_.key(KEY_A, Press::Down);
    static_cast<void>(drain());
    queue_.key(KEY_B, Press::Down);
    queue_.move_by(3, 4);

    queue_.set_ready(false);
    queue_.key(KEY_C, Press::Down);
    queue_.key(KEY_A, Press::Up);
    queue_.move_by(5, 6);
    queue_.scroll(0, 1);
    queue_.move_to(1, 1, 10, 10);
    EXPECT_FALSE(queue_.take(now_));
    EXPECT_FALSE(queue_.when(now_));

    queue_.set_ready(true);
    EXPECT_EQ(drain(), std::vector<GuestInput>{key_event(KEY_A, Press::Up)});
}

TEST_F(Queue, SendsARefusedReleaseAgainFirst) {
    queue_.key(KEY_A, Press::Down);
    queue_.key(KEY_A, Press::Up);
    const auto events = drain();
    queue_.key(KEY_B, Press::Down);

    queue_.put_back(events[1]);

    EXPECT_EQ(drain().front(), key_event(KEY_A, Press::Up));
}

TEST_F(Queue, ARefusedPressIsNotReleasedForEver) {
    queue_.key(KEY_F13, Press::Down);
    queue_.key(KEY_F13, Press::Up);
    const auto events = drain();

    queue_.put_back(events[0]);
    queue_.put_back(events[1]);

    EXPECT_TRUE(queue_.is_empty());

    queue_.key(KEY_F13, Press::Down);
    queue_.key(KEY_F13, Press::Up);
    static_cast<void>(drain());
    queue_.put_back(events[1]);
    EXPECT_EQ(drain(), std::vector<GuestInput>{key_event(KEY_F13, Press::Up)});
}

TEST_F(Queue, AddsMotionUpAndSendsItInSteps) {
    queue_.move_by(100, -300);
    queue_.move_by(100, -100);

    std::int64_t x = 0;
    std::int64_t y = 0;
    for (const GuestInput& event : drain()) {
        EXPECT_LE(std::abs(event.x), GuestInput::kMaxStep);
        EXPECT_LE(std::abs(event.y), GuestInput::kMaxStep);
        x += event.x;
        y += event.y;
    }

    EXPECT_EQ(x, 200);
    EXPECT_EQ(y, -400);
}

TEST_F(Queue, KeepsMotionOnItsSideOfAButton) {
    queue_.move_by(1, 0);
    queue_.button(BTN_LEFT, Press::Down);
    queue_.move_by(2, 0);
    queue_.move_by(3, 0);

    const auto events = drain();

    ASSERT_EQ(events.size(), 3U);
    EXPECT_EQ(events[0].x, 1);
    EXPECT_EQ(events[1].kind, Kind::Button);
    EXPECT_EQ(events[2].x, 5);
}

TEST_F(Queue, KeepsTheLastOfPositions) {
    queue_.move_to(1, 2, 640, 480);
    queue_.move_to(9999, 4, 640, 480);
    queue_.move_to(1, 1, 0, 480);  // no screen: nowhere

    const auto events = drain();

    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].x, 639);
    EXPECT_EQ(events[0].y, 4);
}

TEST_F(Queue, ScrollsNotchByNotch) {
    queue_.scroll(0, 2);
    queue_.scroll(-1, 1);

    const auto events = drain();

    ASSERT_EQ(events.size(), 4U);
    EXPECT_EQ(events[2].y, 1);
    EXPECT_EQ(events[3].x, -1);
    EXPECT_EQ(events[3].y, 0);
}

TEST_F(Queue, NudgesAMouseSomeTimeAfterwards) {
    queue_.move_by(1, 1);
    static_cast<void>(drain());

    const Nanoseconds moved = now_;
    int nudges = 0;
    while (const auto when = queue_.when(now_)) {
        now_ = *when;
        EXPECT_EQ(queue_.take(now_), GuestInput{.kind = Kind::MoveBy});
        ++nudges;
    }

    EXPECT_EQ(nudges, 2);
    EXPECT_LE(now_, moved + 1s);
}

TEST_F(Queue, LeavesOutWhatNobodyHasANameFor) {
    queue_.key(KEY_MICMUTE, Press::Down);
    queue_.key(100000, Press::Down);
    queue_.button(BTN_TASK, Press::Down);

    EXPECT_TRUE(queue_.is_empty());
}

}  // namespace
}  // namespace oriel
