// SPDX-License-Identifier: MIT
#include "relay/frame_copy.h"

#include <thread>

#include <gtest/gtest.h>

#include "relay/model_source.h"
#include "relay/relay_subscriber.h"
#include "relay/test_region.h"

namespace oriel {
namespace {

using Wanted = FrameReader::Wanted;

/// A reader with a copy of its own that only ever copies damage.
class CopyingReader {
  public:
    explicit CopyingReader(TestRegion& region, std::optional<std::uint32_t> viewer = {})
        : subscriber_(region.bytes(), {.viewer = viewer}) {
        subscriber_.refresh(Nanoseconds(0));
    }

    RelaySubscriber& subscriber() { return subscriber_; }

    std::span<const std::byte> copy() const { return copy_; }

    std::uint64_t shown() const { return shown_; }

    /// Steps until something else than More or Waiting; `between` is called before each.
    template <class Between>
    std::optional<FrameCopy::Step> take(Wanted wanted, Between between) {
        subscriber_.refresh(Nanoseconds(0));
        const auto held = subscriber_.take(0, wanted, shown_);
        if (!held) {
            return std::nullopt;
        }
        const FrameGeometry& geometry = held->found.info.geometry;
        const Damage damage = geometry == geometry_ ? held->damage : Damage::whole(geometry.size);
        geometry_ = geometry;
        copy_.resize(static_cast<std::size_t>(geometry.bytes()));
        FrameCopy copy(subscriber_.reader(0), held->found, damage, copy_);
        auto step = FrameCopy::Step::More;
        while (step == FrameCopy::Step::More || step == FrameCopy::Step::Waiting) {
            between();
            step = copy.step();
        }
        copied_bytes_ = copy.copied_bytes();
        subscriber_.release(*held);
        if (step == FrameCopy::Step::Complete) {
            shown_ = held->found.info.sequence;
        }
        // Else what is wrong now lies inside damage that the next take() tells again.
        return step;
    }

    std::optional<FrameCopy::Step> take(Wanted wanted) {
        return take(wanted, [] {});
    }

    std::uint64_t copied_bytes() const { return copied_bytes_; }

  private:
    RelaySubscriber subscriber_;
    std::vector<std::byte> copy_;
    FrameGeometry geometry_;
    std::uint64_t shown_ = 0;
    std::uint64_t copied_bytes_ = 0;
};

void publish(Publisher& publisher, ModelSource& source) {
    const auto lease = publisher.begin_frame(0, source.geometry(), Nanoseconds(0));
    ASSERT_TRUE(lease);
    source.write(lease->pixels, lease->stale, 0, source.geometry().size.height);
    publisher.finish_frame({.damage = source.pending(), .colour = {}}, Nanoseconds(0));
    source.published();
}

TEST(DamageLog, KeepsAReaderPixelEqualHoweverManyFramesItSkips) {
    TestRegion region(2U << 20U);
    Publisher publisher = region.publish(4);
    ModelSource source(5, TestRegion::geometry());
    CopyingReader reader(region);

    for (int round = 0; round < 1500; ++round) {
        const std::uint32_t skipped =
            source.random().one_in(20) ? 60 + source.random().below(10) : source.random().below(6);
        for (std::uint32_t i = 0; i <= skipped; ++i) {
            if (source.random().one_in(60)) {
                source.reshape(TestRegion::geometry({20 + source.random().below(40), 48}));
            }
            source.change();
            publish(publisher, source);
        }

        ASSERT_EQ(reader.take(Wanted::Finished), FrameCopy::Step::Complete);
        ASSERT_TRUE(source.equals(reader.copy())) << "round " << round;
    }
}

TEST(DamageLog, CoversFramesGivenUpAfterTheirAnnouncement) {
    TestRegion region;
    Publisher publisher = region.publish(3);
    ModelSource source(6, TestRegion::geometry());
    CopyingReader reader(region);

    for (int round = 0; round < 1000; ++round) {
        source.change();
        const auto lease = publisher.begin_frame(0, source.geometry(), Nanoseconds(0));
        ASSERT_TRUE(lease);
        publisher.announce_frame({.damage = source.pending(), .colour = {}}, Nanoseconds(0));
        const std::uint32_t rows = source.random().below(49);
        source.write(lease->pixels, lease->stale, 0, rows);
        publisher.rows_ready(rows);
        const bool gives_up = source.random().one_in(2);
        bool is_over = false;
        const auto finish_later = [&] {
            if (is_over || source.random().one_in(2)) {
                return;
            }
            is_over = true;
            if (gives_up) {
                publisher.abort_frame(Damage(Rect{0, 0, 64, rows}));
                return;
            }
            source.write(lease->pixels, lease->stale, rows, 48);
            publisher.finish_frame({.damage = {}, .colour = {}}, Nanoseconds(0));
            source.published();
        };

        const auto step = reader.take(Wanted::Announced, finish_later);

        ASSERT_EQ(step, gives_up ? FrameCopy::Step::Aborted : FrameCopy::Step::Complete);
        ASSERT_TRUE(gives_up || source.equals(reader.copy())) << "round " << round;
    }
}

TEST(DamageLog, ACaretCostsACaret) {
    TestRegion region;
    Publisher publisher = region.publish(3);
    publish_frame(publisher);
    CopyingReader reader(region);
    reader.take(Wanted::Finished);

    publish_frame(publisher, Damage(Rect{5, 5, 1, 8}));
    publish_frame(publisher, Damage(Rect{5, 5, 1, 8}));
    reader.take(Wanted::Finished);

    EXPECT_EQ(reader.copied_bytes(), 8U * 4);
}

TEST(FrameCopy, WaitsForRowsAndCopiesNoneTwice) {
    TestRegion region;
    Publisher publisher = region.publish(3);
    ModelSource source(7, TestRegion::geometry());
    const auto lease = publisher.begin_frame(0, source.geometry(), Nanoseconds(0));
    publisher.announce_frame({.damage = source.pending(), .colour = {}}, Nanoseconds(0));
    RelaySubscriber subscriber(region.bytes(), {});
    subscriber.refresh(Nanoseconds(0));
    const auto held = subscriber.take(0, Wanted::Announced, 0);
    ASSERT_TRUE(held);
    std::vector<std::byte> to(static_cast<std::size_t>(source.geometry().bytes()));
    FrameCopy copy(subscriber.reader(0), held->found, held->damage, to);

    EXPECT_EQ(copy.step(), FrameCopy::Step::Waiting);
    source.write(lease->pixels, lease->stale, 0, 20);
    publisher.rows_ready(20);
    EXPECT_EQ(copy.step(), FrameCopy::Step::More);
    EXPECT_EQ(copy.step(), FrameCopy::Step::Waiting);
    source.write(lease->pixels, lease->stale, 20, 48);
    publisher.finish_frame({.damage = {}, .colour = {}}, Nanoseconds(9));
    EXPECT_EQ(copy.step(), FrameCopy::Step::Complete);

    EXPECT_TRUE(source.equals(to));
    EXPECT_EQ(copy.copied_bytes(), 64U * 48 * 4);
    EXPECT_EQ(subscriber.reader(0).finish_time(held->found), Nanoseconds(9));
}

TEST(FrameCopy, IsTornWhenTheSlotIsTakenMeanwhile) {
    TestRegion region;
    Publisher publisher = region.publish(2);
    publish_frame(publisher);
    CopyingReader watcher(region);
    bool is_first = true;

    const auto step = watcher.take(Wanted::Finished, [&] {
        if (std::exchange(is_first, false)) {
            publish_frame(publisher);
            static_cast<void>(publisher.begin_frame(0, TestRegion::geometry(), Nanoseconds(0)));
        }
    });

    EXPECT_EQ(step, FrameCopy::Step::Torn);
}

TEST(FrameCopy, OfNoDamageIsCompleteAtOnce) {
    TestRegion region;
    Publisher publisher = region.publish(3);
    publish_frame(publisher);
    CopyingReader reader(region);
    reader.take(Wanted::Finished);
    publish_frame(publisher, Damage());

    EXPECT_EQ(reader.take(Wanted::Finished), FrameCopy::Step::Complete);
    EXPECT_EQ(reader.copied_bytes(), 0U);
}

/// The reader runs close behind a writer in another thread.
TEST(FrameCopy, FollowsAWriterRowByRow) {
    TestRegion region;
    Publisher publisher = region.publish(3);
    ModelSource source(8, TestRegion::geometry());
    CopyingReader reader(region, 0);
    publisher.survey(Nanoseconds(0));

    for (int frame = 0; frame < 200; ++frame) {
        source.change();
        const auto lease = publisher.begin_frame(0, source.geometry(), Nanoseconds(0));
        ASSERT_TRUE(lease);
        publisher.announce_frame({.damage = source.pending(), .colour = {}}, Nanoseconds(0));
        std::jthread writer([&] {
            for (std::uint32_t row = 0; row < 48; ++row) {
                source.write(lease->pixels, lease->stale, row, row + 1);
                publisher.rows_ready(row + 1);
            }
            publisher.finish_frame({.damage = {}, .colour = {}}, Nanoseconds(0));
        });

        const auto step = reader.take(Wanted::Announced, [] { std::this_thread::yield(); });
        writer.join();
        source.published();

        ASSERT_EQ(step, FrameCopy::Step::Complete);
        ASSERT_TRUE(source.equals(reader.copy())) << "frame " << frame;
    }
}

}  // namespace
}  // namespace oriel
