// SPDX-License-Identifier: MIT
// Both ends of the hold handshake: who may write which slot when.
#include <atomic>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "relay/relay_subscriber.h"
#include "relay/test_random.h"
#include "relay/test_region.h"

namespace oriel {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

using Wanted = FrameReader::Wanted;

constexpr Nanoseconds kStart = seconds(100);

class Hold : public testing::Test {
  protected:
    static constexpr std::uint32_t kSlots = 4;

    std::uint32_t publish(Nanoseconds now = kStart) {
        const auto lease = publisher_.begin_frame(0, TestRegion::geometry(), now);
        EXPECT_TRUE(lease);
        const Damage whole = Damage::whole(TestRegion::kPicture);
        publisher_.finish_frame({.damage = whole, .colour = {}}, now);
        return lease->slot;
    }

    RelaySubscriber join(std::uint32_t viewer) {
        RelaySubscriber subscriber(region_.bytes(), {.viewer = viewer});
        subscriber.tick(kStart);
        publisher_.survey(kStart);
        return subscriber;
    }

    static HeldFrame take(RelaySubscriber& subscriber) {
        subscriber.refresh(kStart);
        auto held = subscriber.take(0, Wanted::Finished, 0);
        EXPECT_TRUE(held);
        return *held;
    }

    TestRegion region_{2U << 20U};
    Publisher publisher_ = region_.publish(kSlots);
};

TEST_F(Hold, KeepsThePublisherAwayWhileThereAreOtherSlots) {
    publish();
    RelaySubscriber viewer = join(0);
    const HeldFrame first = take(viewer);
    publish();
    const HeldFrame second = take(viewer);

    for (int i = 0; i < 50; ++i) {
        const std::uint32_t slot = publish();
        ASSERT_NE(slot, first.found.slot);
        ASSERT_NE(slot, second.found.slot);
    }
    EXPECT_FALSE(viewer.is_lost(first));
    EXPECT_FALSE(viewer.is_lost(second));
}

TEST_F(Hold, IsGivenBackByRelease) {
    publish();
    RelaySubscriber viewer = join(0);
    const HeldFrame held = take(viewer);
    viewer.release(held);

    std::set<std::uint32_t> used;
    for (int i = 0; i < 8; ++i) {
        used.insert(publish());
    }

    EXPECT_EQ(used.size(), kSlots);
    EXPECT_TRUE(viewer.is_lost(held));
}

TEST_F(Hold, IsLostWhereEverySlotIsHeldTheOlderOfTwoFirst) {
    publish();
    RelaySubscriber one = join(0);
    RelaySubscriber other = join(1);
    const HeldFrame older = take(one);
    publish();
    const HeldFrame newer = take(one);
    publish();
    const HeldFrame only = take(other);
    publish();

    EXPECT_EQ(publish(), older.found.slot);

    EXPECT_TRUE(one.is_lost(older));
    EXPECT_FALSE(one.is_lost(newer));
    EXPECT_FALSE(other.is_lost(only));
}

TEST_F(Hold, OfAStoppedViewerIsTakenFirst) {
    publish();
    RelaySubscriber live = join(0);
    RelaySubscriber stopped = join(1);
    const HeldFrame older = take(live);
    publish();
    const HeldFrame newer = take(live);
    publish();
    const HeldFrame stale = take(stopped);
    publish();
    live.tick(kStart + milliseconds(2001));

    EXPECT_EQ(publish(kStart + milliseconds(2001)), stale.found.slot);
    EXPECT_FALSE(live.is_lost(older));
    EXPECT_FALSE(live.is_lost(newer));
}

TEST_F(Hold, IsNotGivenForASlotTakenMeanwhile) {
    publish();
    RelaySubscriber viewer = join(0);
    viewer.refresh(kStart);
    for (int i = 0; i < 3; ++i) {
        publish();
    }
    const std::uint64_t words = publisher_.layout().element(abi::kTableOutputs, 0);
    const auto word = region_.get<std::uint64_t>(words);
    const auto lease = publisher_.begin_frame(0, TestRegion::geometry(), kStart);
    // The word of a frame that is just being overwritten: what a slow reader has in hand.
    region_.put<std::uint64_t>(words, ((word >> 8U) - 3) << 8U | lease->slot);

    EXPECT_EQ(viewer.take(0, Wanted::Finished, 0).error(), RegionFault::FrameInFlux);
    EXPECT_FALSE(viewer.is_full(0));
    EXPECT_EQ(viewer.fault_count(), 0U);
}

TEST_F(Hold, IsOneOfTwo) {
    publish();
    RelaySubscriber viewer = join(0);
    const HeldFrame first = take(viewer);
    EXPECT_FALSE(viewer.is_full(0));
    publish();
    const HeldFrame second = take(viewer);
    EXPECT_TRUE(viewer.is_full(0));
    EXPECT_NE(first.hold, second.hold);

    viewer.release(first);
    viewer.release(first);

    EXPECT_FALSE(viewer.is_full(0));
    publish();
    EXPECT_EQ(take(viewer).hold, first.hold);
}

TEST_F(Hold, OfEachOutputIsItsOwn) {
    TestRegion region(4U << 20U);
    Publisher publisher = region.publish({OutputNeeds{4096, 2}, OutputNeeds{4096, 2}});
    for (const std::uint32_t output : {0U, 1U}) {
        static_cast<void>(publisher.begin_frame(output, TestRegion::geometry({8, 8}), kStart));
        publisher.finish_frame({.damage = {}, .colour = {}}, kStart);
    }
    RelaySubscriber viewer(region.bytes(), {.viewer = 0});
    viewer.refresh(kStart);
    const auto first = viewer.take(0, Wanted::Finished, 0);
    const auto second = viewer.take(1, Wanted::Finished, 0);
    ASSERT_TRUE(first && second);

    publisher.survey(kStart);
    EXPECT_EQ(publisher.board().holds(0, kStart).all().size(), 1U);
    EXPECT_EQ(publisher.board().holds(1, kStart).all().size(), 1U);
    EXPECT_LT(first->found.region_offset, second->found.region_offset);
}

/// Held the moment the publisher reaches for it, every time: it takes one all the same.
TEST_F(Hold, OfAViewerThatAlwaysWinsTheRaceDoesNotStopThePublisher) {
    TestRegion region;
    Publisher publisher = region.publish(2);
    publish_frame(publisher);
    publish_frame(publisher);
    const std::uint64_t page = region.viewer(0);
    region.put<std::uint32_t>(page + offsetof(abi::ViewerPage, flags), abi::kViewerVisible);
    region.put<std::uint64_t>(page, TestRegion::kEpoch + TestRegion::kNonce);
    publisher.survey(kStart);
    std::atomic<bool> stop = false;
    std::jthread hostile([&] {
        for (std::uint64_t i = 0; !stop.load(); ++i) {
            // Both slots, at their present generation or near it, held and let go.
            region.put<std::uint64_t>(page + offsetof(abi::ViewerPage, holds),
                                      i % 3 == 0 ? 0 : (i % 2 + 1) | (2 + i % 64) << 8U);
        }
    });

    bool always = true;
    for (int i = 0; i < 3000; ++i) {
        always = always && publisher.begin_frame(0, TestRegion::geometry(), kStart).has_value();
        publisher.finish_frame({.damage = {}, .colour = {}}, kStart);
    }
    stop = true;

    EXPECT_TRUE(always);
}

TEST_F(Hold, CountsOnlyForFramesNewerThanTheLastTaken) {
    publish();
    RelaySubscriber viewer = join(0);
    take(viewer);
    static_cast<void>(publisher_.begin_frame(0, TestRegion::geometry(), kStart));
    publisher_.announce_frame({.damage = {}, .colour = {}}, kStart);
    const auto early = viewer.take(0, Wanted::Announced, 1);
    ASSERT_TRUE(early);
    publisher_.abort_frame({});

    // The newest finished frame is older than the announced one that was taken.
    EXPECT_FALSE(viewer.has_news(0, Wanted::Finished));
    viewer.release(*early);
    viewer.retake(0);
    EXPECT_TRUE(viewer.has_news(0, Wanted::Finished));
    EXPECT_EQ(viewer.take(0, Wanted::Finished, 0)->found.info.sequence, 1U);
}

/// Any number of viewers, any number of holds, given back in any order.
TEST_F(Hold, NeverBelongsToTheNewestFramesWriter) {
    TestRandom random(4);
    std::vector<RelaySubscriber> viewers;
    for (std::uint32_t i = 0; i < abi::kMaxViewers; ++i) {
        viewers.push_back(join(i));
    }
    std::vector<std::vector<HeldFrame>> held(viewers.size());
    publish();
    std::uint32_t newest = 0;
    for (int i = 0; i < 3000; ++i) {
        const std::size_t who = random.below(abi::kMaxViewers);
        RelaySubscriber& viewer = viewers[who];
        viewer.refresh(kStart);
        if (!viewer.is_full(0) && viewer.has_news(0, Wanted::Finished)) {
            held[who].push_back(take(viewer));
        } else if (!held[who].empty()) {
            viewer.release(held[who].front());
            held[who].erase(held[who].begin());
        }
        if (random.one_in(3)) {
            const std::uint32_t slot = publish();
            ASSERT_TRUE(i == 0 || slot != newest);
            newest = slot;
        }
    }
}

}  // namespace
}  // namespace oriel
