// SPDX-License-Identifier: MIT
#include "relay/output_writer.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "relay/model_source.h"
#include "relay/test_region.h"

namespace oriel {
namespace {

constexpr Size kLargest{80, 64};

FrameGeometry random_geometry(ModelSource& source) {
    FrameGeometry geometry = TestRegion::geometry(
        {1 + source.random().below(kLargest.width), 1 + source.random().below(64)});
    geometry.stride += 4 * source.random().below(8);
    geometry.format = source.random().one_in(3) ? PixelFormat::Rgba8 : PixelFormat::Bgra8;
    return geometry;
}

bool lies_inside(const Damage& damage, Size size) {
    return Rect::of(size).contains(damage.bounds());
}

class StaleAreas : public testing::TestWithParam<std::uint32_t> {};

/// Shapes come and go, frames are given up before and after their announcement: whatever is
/// published is the picture, although only stale and changed pixels were ever written.
TEST_P(StaleAreas, AreExactlyWhatASourceHasToWriteAlong) {
    TestRegion region(2U << 20U);
    std::ranges::fill(region.bytes().first(region.size() / 2), std::byte{0xA5});
    Publisher publisher = region.publish(GetParam());
    ModelSource source(GetParam(), TestRegion::geometry());
    const FrameGeometry small = TestRegion::geometry({40, 30});

    for (int step = 0; step < 3000; ++step) {
        if (source.random().one_in(12)) {
            source.reshape(source.random().one_in(2) ? small : random_geometry(source));
        }
        source.change();
        const auto lease = publisher.begin_frame(0, source.geometry(), Nanoseconds(step));
        ASSERT_TRUE(lease);
        ASSERT_TRUE(lies_inside(lease->stale, source.geometry().size));
        if (source.random().one_in(3)) {
            publisher.announce_frame({.damage = source.pending(), .colour = {}}, Nanoseconds(step));
        }
        if (source.random().one_in(5)) {
            const std::uint32_t rows = source.random().below(source.geometry().size.height + 1);
            source.write(lease->pixels, lease->stale, 0, rows);
            publisher.abort_frame(Damage(Rect{0, 0, source.geometry().size.width, rows}));
            continue;
        }
        if (source.random().one_in(40)) {
            publisher.forget_newest(0);
            continue;
        }
        source.write(lease->pixels, lease->stale, 0, source.geometry().size.height);
        publisher.finish_frame({.damage = source.pending(), .colour = {}}, Nanoseconds(step));
        source.published();

        ASSERT_TRUE(source.equals(lease->pixels)) << "step " << step;
    }
}

INSTANTIATE_TEST_SUITE_P(WithSlots, StaleAreas, testing::Values(2U, 3U, 4U, 5U));

TEST(OutputWriter, WritesOnlyTheChangeIntoASlotThatIsOtherwiseRight) {
    TestRegion region;
    Publisher publisher = region.publish(2);
    publish_frame(publisher);
    publish_frame(publisher, Damage(Rect{1, 1, 2, 2}));
    publish_frame(publisher, Damage(Rect{9, 9, 3, 3}));

    const auto lease = publisher.begin_frame(0, TestRegion::geometry(), Nanoseconds(0));

    ASSERT_EQ(lease->stale.rects().size(), 1U);
    EXPECT_EQ(lease->stale.rects()[0], (Rect{9, 9, 3, 3}));
}

TEST(OutputWriter, CountsAFrameThatWasNotFinishedAsAborted) {
    TestRegion region;
    Publisher publisher = region.publish(2);
    publish_frame(publisher);
    publish_frame(publisher);
    static_cast<void>(publisher.begin_frame(0, TestRegion::geometry(), Nanoseconds(0)));

    const auto again = publisher.begin_frame(0, TestRegion::geometry(), Nanoseconds(0));

    ASSERT_TRUE(again);
    EXPECT_EQ(again->stale.bounds(), Rect::of(TestRegion::kPicture));
}

TEST(OutputWriter, UsesUpTheSequenceOfAnAnnouncedFrameOnly) {
    TestRegion region;
    Publisher publisher = region.publish(3);
    EXPECT_EQ(publish_frame(publisher), 1U);
    static_cast<void>(publisher.begin_frame(0, TestRegion::geometry(), Nanoseconds(0)));
    publisher.abort_frame({});
    EXPECT_EQ(publish_frame(publisher), 2U);

    static_cast<void>(publisher.begin_frame(0, TestRegion::geometry(), Nanoseconds(0)));
    publisher.announce_frame({.damage = {}, .colour = {}}, Nanoseconds(0));
    publisher.abort_frame({});

    EXPECT_EQ(publish_frame(publisher), 4U);
}

TEST(OutputWriter, RefusesFramesThatDoNotFitASlot) {
    TestRegion region;
    Publisher publisher = region.publish(2);

    EXPECT_EQ(publisher.begin_frame(0, TestRegion::geometry({64, 300}), Nanoseconds(0)).error(),
              PublishFault::FrameTooLarge);
    EXPECT_EQ(publisher.begin_frame(0, TestRegion::geometry({0, 10}), Nanoseconds(0)).error(),
              PublishFault::FrameTooLarge);
}

TEST(OutputWriter, RefusesSidesThatNoReaderTakes) {
    TestRegion region(8U << 20U);
    Publisher publisher = region.publish({OutputNeeds{2U << 20U, 2}});

    EXPECT_EQ(publisher.begin_frame(0, TestRegion::geometry({1, 16385}), Nanoseconds(0)).error(),
              PublishFault::FrameTooLarge);
    EXPECT_EQ(publisher.begin_frame(0, TestRegion::geometry({16385, 1}), Nanoseconds(0)).error(),
              PublishFault::FrameTooLarge);
}

TEST(OutputWriter, NeverTakesTheNewestSlot) {
    TestRegion region;
    Publisher publisher = region.publish(2);
    publish_frame(publisher);
    const std::uint64_t words = publisher.layout().element(abi::kTableOutputs, 0);

    for (int i = 0; i < 20; ++i) {
        const auto newest = region.get<std::uint64_t>(words) & 0xFFU;
        const auto lease = publisher.begin_frame(0, TestRegion::geometry(), Nanoseconds(i));
        ASSERT_NE(lease->slot, newest);
        publisher.finish_frame({.damage = {}, .colour = {}}, Nanoseconds(i));
    }
}

TEST(OutputWriter, TellsNoFrameAfterForgettingTheNewest) {
    TestRegion region;
    Publisher publisher = region.publish(3);
    publish_frame(publisher);
    const std::uint64_t words = publisher.layout().element(abi::kTableOutputs, 0);

    publisher.forget_newest(0);

    EXPECT_EQ(region.get<std::uint64_t>(words + offsetof(abi::Output, newest)), 0U);
    EXPECT_EQ(region.get<std::uint64_t>(words + offsetof(abi::Output, announced)), 0U);
    EXPECT_EQ(publish_frame(publisher), 2U);
}

TEST(OutputWriter, ForgettingTheNewestGivesUpTheFrameBegun) {
    TestRegion region;
    Publisher publisher = region.publish(3);
    const auto lease = publisher.begin_frame(0, TestRegion::geometry(), Nanoseconds(0));
    publisher.announce_frame({.damage = {}, .colour = {}}, Nanoseconds(0));

    publisher.forget_newest(0);

    const std::uint64_t header = publisher.layout().element(abi::kTableFrames, lease->slot);
    const auto progress = region.get<std::uint64_t>(header + offsetof(abi::FrameHeader, progress));
    EXPECT_EQ(progress >> 16U & 0xFFFFU, abi::kOutcomeAborted);
}

/// Damage beyond the picture's bounds must not come out of the log's 16 bits as something else.
TEST(OutputWriter, LogsDamageCutToThePicture) {
    TestRegion region;
    Publisher publisher = region.publish(2);
    publish_frame(publisher);

    publish_frame(publisher, Damage(Rect{60, 40, 70'000, 70'000}));

    const std::uint64_t entry = publisher.layout().element(abi::kTableDamage, 2);
    const auto logged = region.shared().copy<abi::DamageEntry>(entry);
    ASSERT_EQ(logged->count, 1U);
    EXPECT_EQ(logged->rects[0].x, 60U);
    EXPECT_EQ(logged->rects[0].width, 4U);
    EXPECT_EQ(logged->rects[0].height, 8U);
    EXPECT_EQ(logged->generation, 4U);
}

TEST(OutputWriter, VoidsAnAbortedSlotsOldHeader) {
    TestRegion region;
    Publisher publisher = region.publish(2);
    publish_frame(publisher);
    publish_frame(publisher);
    const auto lease = publisher.begin_frame(0, TestRegion::geometry(), Nanoseconds(0));
    const std::uint64_t header = publisher.layout().element(abi::kTableFrames, lease->slot);
    EXPECT_EQ(region.get<std::uint64_t>(header) % 2, 1U);

    publisher.abort_frame({});

    EXPECT_EQ(region.get<std::uint64_t>(header), 4U);
    EXPECT_EQ(region.get<std::uint64_t>(header + offsetof(abi::FrameHeader, sequence)), 0U);
}

}  // namespace
}  // namespace oriel
