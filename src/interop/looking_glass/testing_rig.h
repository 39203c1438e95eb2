// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "interop/looking_glass/mock/mock_host.h"
#include "interop/looking_glass/mock/mock_picture.h"
#include "interop/looking_glass/subscriber.h"
#include "relay/frame_copy.h"
#include "relay/test_region.h"

namespace oriel::looking_glass {

/// A region with a mock of the guest's end and a clock that the test turns.
class Rig {
  public:
    static constexpr std::uint64_t kSize = 8U << 20U;
    static constexpr std::uint32_t kSession = 77;

    Rig() { host.start(kSession); }

    /// Time goes on, and the host beats as it does.
    void pass(Nanoseconds time) {
        constexpr Nanoseconds kBeat = std::chrono::milliseconds(10);
        for (const Nanoseconds end = now + time; now < end;) {
            now += kBeat;
            host.beat(static_cast<std::uint64_t>(now / std::chrono::milliseconds(1)));
        }
    }

    /// A subscriber that found the session and is a member of both queues.
    void settle(LookingGlassSubscriber& subscriber) {
        subscriber.refresh(now);
        pass(std::chrono::milliseconds(20));
        subscriber.refresh(now);
    }

    /// Posts `picture` as it stands, whole.
    void post(mock::Picture& picture) {
        ASSERT_TRUE(host.can_post_frame());
        ASSERT_TRUE(host.post_frame(picture.next_frame()));
        host.finish_frame();
    }

    TestRegion region{kSize};
    mock::MockHost host{region.bytes()};
    Nanoseconds now = std::chrono::seconds(100);
};

/// Takes what is newest, copies it out and lets go; empty where there was none.
inline std::vector<std::byte> take_pixels(LookingGlassSubscriber& subscriber) {
    const auto held = subscriber.take(0, Subscriber::Wanted::Finished, 0);
    if (!held) {
        return {};
    }
    std::vector<std::byte> pixels(held->found.info.geometry.bytes());
    FrameCopy copy(subscriber.reader(0), held->found, held->damage, pixels);
    EXPECT_EQ(copy.step(), FrameCopy::Step::Complete);
    subscriber.release(*held);
    return pixels;
}

}  // namespace oriel::looking_glass
