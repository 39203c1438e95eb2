// SPDX-License-Identifier: MIT
// What every Source has to do, run on each of them.
#include <algorithm>
#include <cstring>
#include <memory>
#include <ostream>

#include <gtest/gtest.h>

#include "capture/pattern/pattern_picture.h"
#include "capture/pattern/pattern_source.h"
#include "capture/testing/slot_ring.h"
#include "capture/testing/source_rig.h"

namespace oriel::test {

bool same_colours(std::span<const std::byte> pixels, const std::vector<std::uint32_t>& wanted) {
    std::vector<std::uint32_t> shown(wanted.size());
    std::memcpy(shown.data(), pixels.data(), shown.size() * sizeof(std::uint32_t));
    for (auto& pixel : shown) {
        pixel &= 0xFFFFFF;
    }
    return shown == wanted;
}

std::ostream& operator<<(std::ostream& out, const SourceMaker& maker) {
    return out << maker.name;
}

namespace {

class PatternRig final : public SourceRig {
  public:
    explicit PatternRig(PatternChange change)
        : options_{{320, 200}, 0, change, {40, 30}},
          picture_(options_),
          source_(make_pattern_source(options_)) {}

    Source& source() override { return *source_; }

    /// Moving patterns change at any time, the still one never.
    void change() override { source_->return_damage(Damage(Rect{50, 50, 10, 10})); }

    bool shows_it(std::span<const std::byte> pixels) override {
        const auto stamp = read_stamp(pixels, picture_.geometry());
        return stamp && picture_.matches(pixels, picture_.geometry(), stamp->frame);
    }

  private:
    PatternOptions options_;
    PatternPicture picture_;
    std::unique_ptr<Source> source_;
};

template <PatternChange Change>
std::unique_ptr<SourceRig> make_pattern_rig() {
    return std::make_unique<PatternRig>(Change);
}

std::vector<SourceMaker> source_makers() {
    std::vector<SourceMaker> makers = system_source_makers();
    makers.push_back({"PatternFull", make_pattern_rig<PatternChange::Full>});
    makers.push_back({"PatternRect", make_pattern_rig<PatternChange::Rect>});
    makers.push_back({"PatternStill", make_pattern_rig<PatternChange::Still>});
    return makers;
}

class EverySource : public testing::TestWithParam<SourceMaker> {
  protected:
    void SetUp() override {
        rig_ = GetParam().make();
        if (!rig_->missing().empty()) {
            GTEST_SKIP() << rig_->missing();
        }
        auto ring = SlotRing::make(source());
        ASSERT_TRUE(ring) << ring.error().message;
        ring_ = std::make_unique<SlotRing>(std::move(*ring));
    }

    Source& source() { return rig_->source(); }

    void resume() {
        ASSERT_TRUE(source().set_activity(Source::Activity::Running));
        rig_->settle();
    }

    /// A change and its frame.
    Captured capture_change() {
        rig_->change();
        EXPECT_TRUE(source().dispatch());
        EXPECT_TRUE(source().has_change());
        auto captured = ring_->capture();
        EXPECT_TRUE(captured) << captured.error().message;
        return captured.value_or(Captured());
    }

    std::unique_ptr<SourceRig> rig_;
    std::unique_ptr<SlotRing> ring_;
};

INSTANTIATE_TEST_SUITE_P(, EverySource, testing::ValuesIn(source_makers()), [](const auto& each) {
    return each.param.name;
});

TEST_P(EverySource, StartsSuspendedAndQuiet) {
    ASSERT_TRUE(source().dispatch());

    EXPECT_FALSE(source().has_change());
    EXPECT_EQ(source().next_due(), std::nullopt);
    EXPECT_FALSE(ring_->capture());
}

TEST_P(EverySource, TellsAShapeThatCanBe) {
    const FrameGeometry geometry = source().geometry();

    EXPECT_EQ(geometry.size, (Size{320, 200}));
    EXPECT_GE(geometry.stride, geometry.row_bytes());
    EXPECT_FALSE(source().description().empty());
}

TEST_P(EverySource, BringsTheWholePictureFirst) {
    resume();

    ASSERT_TRUE(source().has_change());
    const auto captured = ring_->capture();

    ASSERT_TRUE(captured) << captured.error().message;
    EXPECT_TRUE(captured->damage.covers(Rect::of(source().geometry().size)));
    EXPECT_TRUE(rig_->shows_it(ring_->latest()));
    EXPECT_FALSE(ring_->wrote_beside());
    EXPECT_GT(captured->capture_start.count(), 0);
    EXPECT_GE(captured->bytes_moved, source().geometry().row_bytes() * 200);
}

TEST_P(EverySource, ShowsEachChangeInEachSlotAndReportsIt) {
    resume();
    ASSERT_TRUE(ring_->capture());
    for (int i = 0; i < 20; ++i) {
        const Captured captured = capture_change();

        ASSERT_TRUE(rig_->shows_it(ring_->latest())) << i;
        ASSERT_TRUE(ring_->differ_only_in(captured.damage)) << i;
        ASSERT_FALSE(captured.damage.is_empty());
    }
    EXPECT_FALSE(ring_->wrote_beside());
}

TEST_P(EverySource, CountsReturnedDamageAgain) {
    resume();
    ASSERT_TRUE(ring_->capture());
    const Rect returned{30, 20, 100, 50};

    source().return_damage(Damage(returned));

    ASSERT_TRUE(source().has_change());
    const auto captured = ring_->capture();
    ASSERT_TRUE(captured);
    EXPECT_TRUE(captured->damage.covers(returned));
}

TEST_P(EverySource, ForgetsNothingThatAFailedCaptureWasToBring) {
    resume();
    ASSERT_TRUE(ring_->capture());
    rig_->change();
    ASSERT_TRUE(source().dispatch());
    Damage nothing;
    FrameGeometry narrow = ring_->geometry();
    narrow.size.width -= 1;

    const auto refused = source().capture({ring_->next(), 0, narrow, nothing, nullptr, nullptr});

    EXPECT_FALSE(refused);
    ASSERT_TRUE(source().has_change());
    ASSERT_TRUE(ring_->capture());
    EXPECT_TRUE(rig_->shows_it(ring_->latest()));
}

TEST_P(EverySource, IsQuietWhileSuspendedAndBringsAllAfterwards) {
    resume();
    ASSERT_TRUE(ring_->capture());
    ASSERT_TRUE(source().set_activity(Source::Activity::Suspended));

    rig_->change();
    ASSERT_TRUE(source().dispatch());
    EXPECT_FALSE(source().has_change());
    resume();
    ASSERT_TRUE(source().has_change());
    const auto captured = ring_->capture();

    ASSERT_TRUE(captured);
    EXPECT_TRUE(captured->damage.covers(Rect::of(source().geometry().size)));
    EXPECT_TRUE(rig_->shows_it(ring_->latest()));
}

TEST_P(EverySource, AnnouncesAWholeFrameAndSaysHowFarItGot) {
    if (!rig_->is_early()) {
        GTEST_SKIP() << "who writes it tells when all is there";
    }
    resume();

    const auto captured = ring_->capture();

    ASSERT_TRUE(captured);
    ASSERT_TRUE(ring_->announced());
    for (const Rect& rect : captured->damage.rects()) {
        EXPECT_TRUE(ring_->announced()->covers(rect));
    }
    ASSERT_FALSE(ring_->rows().empty());
    EXPECT_TRUE(std::ranges::is_sorted(ring_->rows()));
    EXPECT_EQ(ring_->rows().back(), 200);
}

TEST_P(EverySource, GoesOnInANewRegion) {
    resume();
    ASSERT_TRUE(ring_->capture());
    auto other = SlotRing::make(source());
    ASSERT_TRUE(other);

    source().return_damage(Damage::whole(source().geometry().size));
    const auto captured = other->capture();

    ASSERT_TRUE(captured) << captured.error().message;
    EXPECT_TRUE(rig_->shows_it(other->latest()));
    EXPECT_FALSE(other->wrote_beside());
}

}  // namespace
}  // namespace oriel::test
