// SPDX-License-Identifier: MIT
#include "present/viewport.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

using Point = Viewport::Point;

TEST(Viewport, IsUnscaledWhereTheSizesAgree) {
    const Viewport viewport({1920, 1080}, {1920, 1080});

    EXPECT_TRUE(viewport.is_unscaled());
    EXPECT_EQ(viewport.target(), (Rect{0, 0, 1920, 1080}));
}

TEST(Viewport, IsUnscaledWhereOneSideIsTheSameAndTheOtherHasRoom) {
    const Viewport viewport({1920, 1200}, {1920, 1080});

    EXPECT_TRUE(viewport.is_unscaled());
    EXPECT_EQ(viewport.target(), (Rect{0, 60, 1920, 1080}));
}

TEST(Viewport, KeepsTheAspectOfTallAndWidePictures) {
    EXPECT_EQ(Viewport({100, 100}, {200, 100}).target(), (Rect{0, 25, 100, 50}));
    EXPECT_EQ(Viewport({100, 100}, {100, 200}).target(), (Rect{25, 0, 50, 100}));
}

TEST(Viewport, ShowsAtLeastALineOfExtremePictures) {
    EXPECT_EQ(Viewport({100, 100}, {16384, 1}).target().height, 1U);
    EXPECT_EQ(Viewport({1, 1}, {1, 16384}).target(), (Rect{0, 0, 1, 1}));
}

TEST(Viewport, IsAWholeMultipleOnlyWhereBothSidesAre) {
    EXPECT_TRUE(Viewport({320, 200}, {160, 100}).is_whole_multiple());
    EXPECT_TRUE(Viewport({480, 400}, {160, 100}).is_whole_multiple());
    EXPECT_FALSE(Viewport({300, 200}, {160, 100}).is_whole_multiple());
    EXPECT_FALSE(Viewport({80, 50}, {160, 100}).is_whole_multiple());
}

TEST(Viewport, MapsPartsExactlyWhereUnscaled) {
    const Viewport viewport({1920, 1200}, {1920, 1080});

    EXPECT_EQ(viewport.to_window({10, 20, 30, 40}), (Rect{10, 80, 30, 40}));
}

TEST(Viewport, GrowsScaledPartsByThePixelTheFilterReaches) {
    const Viewport viewport({320, 200}, {160, 100});

    EXPECT_EQ(viewport.to_window({10, 20, 30, 40}), (Rect{18, 38, 64, 84}));
    EXPECT_EQ(viewport.to_window({0, 0, 160, 100}), (Rect{0, 0, 320, 200}));
    EXPECT_TRUE(viewport.to_window({}).is_empty());
}

TEST(Viewport, RoundsScaledPartsOutwards) {
    const Viewport viewport({100, 100}, {300, 300});

    EXPECT_EQ(viewport.to_window({150, 150, 1, 1}), (Rect{49, 49, 2, 2}));
}

TEST(Viewport, FindsThePixelUnderThePointer) {
    const Viewport twice({320, 200}, {160, 100});

    EXPECT_EQ(twice.to_picture(0, 0), (Point{0, 0}));
    EXPECT_EQ(twice.to_picture(1, 2), (Point{0, 1}));
    EXPECT_EQ(twice.to_picture(318, 199), (Point{159, 99}));
}

TEST(Viewport, ReachesTheOutermostPixelsScaledDown) {
    const Viewport half({160, 100}, {320, 200});

    EXPECT_EQ(half.to_picture(0, 0), (Point{0, 0}));
    EXPECT_EQ(half.to_picture(159, 99), (Point{319, 199}));
    EXPECT_EQ(half.to_picture(80, 50), (Point{161, 101}));
}

TEST(Viewport, FindsTheNearestPixelFromOutside) {
    const Viewport viewport({100, 100}, {100, 50});

    EXPECT_EQ(viewport.to_picture(-32768, 10), (Point{0, 0}));
    EXPECT_EQ(viewport.to_picture(32767, 90), (Point{99, 49}));
}

TEST(Viewport, HasBarsOfAllTheRest) {
    const Viewport viewport({101, 100}, {10, 10});
    std::uint64_t area = viewport.target().area();

    for (const Rect& bar : viewport.bars()) {
        area += bar.area();
        EXPECT_TRUE(bar.intersected(viewport.target()).is_empty());
    }

    EXPECT_EQ(area, 101U * 100U);
}

TEST(Viewport, CutsOffWhatDoesNotFitUnscaled) {
    const Viewport viewport = Viewport::unscaled({100, 120}, {160, 90});

    EXPECT_TRUE(viewport.is_unscaled());
    EXPECT_EQ(viewport.to_picture(5, 6), (Point{5, 6}));
    EXPECT_EQ(viewport.bars()[1], (Rect{0, 90, 100, 30}));
    EXPECT_TRUE(viewport.bars()[3].is_empty());
}

TEST(FitInto, LeavesSmallPicturesAndShrinksLargeOnes) {
    EXPECT_EQ(fit_into({640, 480}, {100, 480}), (Size{100, 480}));
    EXPECT_EQ(fit_into({640, 480}, {1280, 480}), (Size{640, 240}));
}

}  // namespace
}  // namespace oriel
