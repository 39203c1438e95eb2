// SPDX-License-Identifier: MIT
#include "capture/pattern/pattern_source.h"

#include <algorithm>
#include <cstring>

#include <gtest/gtest.h>

#include "capture/pattern/pattern_picture.h"
#include "capture/testing/slot_ring.h"

namespace oriel {
namespace {

using test::SlotRing;

constexpr Size kSize{320, 200};

PatternOptions options_of(PatternChange change, std::uint32_t rate_hz) {
    return {kSize, rate_hz, change, {40, 30}};
}

struct Running {
    explicit Running(const PatternOptions& options)
        : source(make_pattern_source(options)), ring(SlotRing::make(*source).value()) {
        EXPECT_TRUE(source->set_activity(Source::Activity::Running));
    }

    std::optional<PatternStamp> stamp() { return read_stamp(ring.latest(), ring.geometry()); }

    std::unique_ptr<Source> source;
    SlotRing ring;
};

TEST(PatternSource, NumbersItsFramesFromOne) {
    Running pattern(options_of(PatternChange::Full, 0));
    for (std::uint64_t frame = 1; frame < 6; ++frame) {
        ASSERT_TRUE(pattern.ring.capture());
        ASSERT_TRUE(pattern.stamp());
        EXPECT_EQ(pattern.stamp()->frame, frame);
        EXPECT_GT(pattern.stamp()->time.count(), 0);
    }
}

TEST(PatternSource, WritesNothingButWhatIsStaleOrChanges) {
    Running pattern(options_of(PatternChange::Rect, 0));
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(pattern.ring.capture());
    }
    // Poison what is right already: it must survive.
    const Damage stale = pattern.ring.next_stale();
    const auto slot = pattern.ring.next();
    std::ranges::fill(slot, std::byte{0x77});

    const auto captured = pattern.ring.capture();

    ASSERT_TRUE(captured);
    Damage allowed = captured->damage;
    allowed.add(stale);
    const auto geometry = pattern.ring.geometry();
    std::uint64_t written = 0;
    for (std::uint32_t y = 0; y < kSize.height; ++y) {
        for (std::uint32_t x = 0; x < kSize.width; ++x) {
            std::uint32_t pixel = 0;
            std::memcpy(&pixel, slot.data() + std::size_t{y} * geometry.stride + x * 4, 4);
            const bool was_written = pixel != 0x77777777;
            ASSERT_EQ(was_written, allowed.overlaps({x, y, 1, 1})) << x << "," << y;
            written += was_written ? 1 : 0;
        }
    }
    EXPECT_LT(written, kSize.area() / 4);
}

TEST(PatternSource, IsDueAtOnceThenOnePeriodLater) {
    Running pattern(options_of(PatternChange::Full, 1));
    EXPECT_TRUE(pattern.source->has_change());
    const Nanoseconds before = monotonic_now();
    ASSERT_TRUE(pattern.ring.capture());

    EXPECT_FALSE(pattern.source->has_change());
    ASSERT_TRUE(pattern.source->next_due());
    EXPECT_GT(*pattern.source->next_due(), before);
    EXPECT_LE(*pattern.source->next_due(), before + std::chrono::seconds(1));
}

TEST(PatternSource, KeepsItsNumberWhereNothingButReturnedDamageIsDrawn) {
    Running pattern(options_of(PatternChange::Full, 1));
    ASSERT_TRUE(pattern.ring.capture());
    const auto first = pattern.stamp();

    pattern.source->return_damage(Damage(Rect{0, 0, 10, 10}));
    ASSERT_TRUE(pattern.ring.capture());

    EXPECT_EQ(pattern.stamp(), first);
    EXPECT_TRUE(verify_pattern(
        pattern.ring.latest(), pattern.ring.geometry(), options_of(PatternChange::Full, 1), 1));
}

TEST(PatternSource, WhenStillHasOneFrameOnly) {
    Running pattern(options_of(PatternChange::Still, 0));
    ASSERT_TRUE(pattern.ring.capture());

    EXPECT_FALSE(pattern.source->has_change());
    EXPECT_EQ(pattern.source->next_due(), std::nullopt);
}

TEST(PatternSource, TellsItsRate) {
    EXPECT_EQ(make_pattern_source(options_of(PatternChange::Full, 144))->refresh_mhz(), 144'000);
    EXPECT_EQ(make_pattern_source(options_of(PatternChange::Full, 0))->refresh_mhz(), 0);
}

}  // namespace
}  // namespace oriel
