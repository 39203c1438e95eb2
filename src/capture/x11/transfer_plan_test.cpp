// SPDX-License-Identifier: MIT
#include "capture/x11/transfer_plan.h"

#include <array>

#include <gtest/gtest.h>

namespace oriel::x11_capture {
namespace {

constexpr Size kSize{1000, 800};

using Pieces = std::vector<Piece>;

TEST(JoinNear, KeepsWhatIsFarApart) {
    const std::array rects{Rect{0, 0, 100, 100}, Rect{500, 500, 100, 100}};

    EXPECT_EQ(join_near(rects).size(), 2);
}

TEST(JoinNear, JoinsNeighboursAndOverlaps) {
    const std::array rects{
        Rect{0, 0, 100, 100}, Rect{500, 0, 10, 10}, Rect{100, 0, 100, 100}, Rect{50, 50, 20, 20}};

    const auto joined = join_near(rects);

    ASSERT_EQ(joined.size(), 2);
    EXPECT_EQ(joined[0], (Rect{500, 0, 10, 10}));
    EXPECT_EQ(joined[1], (Rect{0, 0, 200, 100}));
}

TEST(JoinNear, OneJoiningMakesTheNextPossible) {
    // The third closes the gap between the first two.
    const std::array rects{Rect{0, 0, 300, 300}, Rect{400, 0, 300, 300}, Rect{300, 0, 100, 300}};

    const auto joined = join_near(rects);

    ASSERT_EQ(joined.size(), 1);
    EXPECT_EQ(joined[0], (Rect{0, 0, 700, 300}));
}

TEST(PlanPieces, ReadsWholeRowsStraightIntoTheSlot) {
    const std::array rects{Rect{0, 100, 1000, 50}};

    EXPECT_EQ(plan_pieces(rects, kSize, Means::SlotPixmap), (Pieces{{rects[0], Way::Pixmap}}));
    EXPECT_EQ(plan_pieces(rects, kSize, Means::SlotSegment), (Pieces{{rects[0], Way::InPlace}}));
}

TEST(PlanPieces, ReadsPartOfOneRowInPlace) {
    const std::array rects{Rect{10, 100, 30, 1}};

    EXPECT_EQ(plan_pieces(rects, kSize, Means::SlotSegment), (Pieces{{rects[0], Way::InPlace}}));
}

TEST(PlanPieces, PutsARectangleOnThePixmap) {
    const std::array rects{Rect{10, 100, 700, 50}};

    EXPECT_EQ(plan_pieces(rects, kSize, Means::SlotPixmap), (Pieces{{rects[0], Way::Pixmap}}));
}

TEST(PlanPieces, PutsWholeRowsOnThePixmapForMostOfThem) {
    const std::array rects{Rect{10, 100, 800, 50}, Rect{0, 140, 1000, 50}};

    EXPECT_EQ(plan_pieces(rects, kSize, Means::SlotPixmap),
              (Pieces{{{0, 100, 1000, 90}, Way::Pixmap}}));
}

TEST(PlanPieces, WithoutPixmapsWidensTheWideAndCopiesTheNarrow) {
    const std::array rects{Rect{10, 100, 600, 50}, Rect{10, 400, 100, 300}};

    EXPECT_EQ(plan_pieces(rects, kSize, Means::SlotSegment),
              (Pieces{{{10, 400, 100, 300}, Way::Scratch}, {{0, 100, 1000, 50}, Way::InPlace}}));
}

TEST(PlanPieces, JoinsWidenedStripsThatShareRows) {
    const std::array rects{Rect{0, 100, 510, 300}, Rect{480, 200, 520, 300}};

    EXPECT_EQ(plan_pieces(rects, kSize, Means::SlotSegment),
              (Pieces{{{0, 100, 1000, 400}, Way::InPlace}}));
}

TEST(PlanPieces, CutsWhatGoesThroughTheSocket) {
    const std::array rects{Rect{0, 0, 1000, 800}};
    constexpr Size kLarge{4000, 800};
    const std::array large{Rect::of(kLarge)};

    EXPECT_EQ(plan_pieces(rects, kSize, Means::Wire), (Pieces{{rects[0], Way::Wire}}));
    const auto cut = plan_pieces(large, kLarge, Means::Wire);
    ASSERT_EQ(cut.size(), 4);
    EXPECT_EQ(cut[0].rect, (Rect{0, 0, 4000, 262}));
    EXPECT_EQ(cut[3].rect, (Rect{0, 786, 4000, 14}));
}

TEST(PlanPieces, UsesScratchAloneWhereTheSlotIsOutOfReach) {
    const std::array rects{Rect{0, 0, 1000, 800}};

    EXPECT_EQ(plan_pieces(rects, kSize, Means::Scratch), (Pieces{{rects[0], Way::Scratch}}));
}

TEST(PlanBands, CutsAtTheBandsAndLeavesOutEmptyOnes) {
    Damage wanted(Rect{0, 50, 1000, 100});
    wanted.add(Rect{20, 700, 10, 100});

    const auto bands = plan_bands(wanted, kSize, Means::SlotPixmap, 8);

    ASSERT_EQ(bands.size(), 3);
    EXPECT_EQ(bands[0].pieces, (Pieces{{{0, 50, 1000, 50}, Way::Pixmap}}));
    EXPECT_EQ(bands[0].rows, 100);
    EXPECT_EQ(bands[1].pieces, (Pieces{{{0, 100, 1000, 50}, Way::Pixmap}}));
    EXPECT_EQ(bands[2].pieces, (Pieces{{{20, 700, 10, 100}, Way::Pixmap}}));
    EXPECT_EQ(bands[2].rows, 800);
}

TEST(PlanBands, OneBandIsTheWholePicture) {
    const auto bands = plan_bands(Damage::whole(kSize), kSize, Means::SlotPixmap, 1);

    ASSERT_EQ(bands.size(), 1);
    EXPECT_EQ(bands[0].pieces, (Pieces{{{0, 0, 1000, 800}, Way::Pixmap}}));
    EXPECT_EQ(bands[0].rows, 800);
}

}  // namespace
}  // namespace oriel::x11_capture
