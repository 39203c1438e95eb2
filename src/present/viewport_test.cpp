// SPDX-License-Identifier: MIT
#include "present/viewport.h"

#include <algorithm>
#include <span>
#include <vector>

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

/// Window and picture, scales of 1 and more.
const std::pair<Size, Size> kEnlarged[] = {{{640, 480}, {640, 480}},
                                           {{960, 720}, {640, 480}},
                                           {{1001, 500}, {333, 197}},
                                           {{800, 600}, {1, 1}},
                                           {{641, 481}, {640, 480}},
                                           {{500, 1999}, {251, 333}}};

TEST(Viewport, ReachesEachPixelOfThePictureWhereNoneIsShrunk) {
    for (const auto& [window, picture] : kEnlarged) {
        const Viewport viewport(window, picture);
        std::vector<bool> columns(picture.width);
        std::vector<bool> rows(picture.height);
        for (std::uint32_t x = 0; x < window.width; ++x) {
            columns[viewport.to_picture(static_cast<std::int32_t>(x), 0).x] = true;
        }
        for (std::uint32_t y = 0; y < window.height; ++y) {
            rows[viewport.to_picture(0, static_cast<std::int32_t>(y)).y] = true;
        }
        EXPECT_EQ(std::ranges::count(columns, false), 0);
        EXPECT_EQ(std::ranges::count(rows, false), 0);
    }
}

TEST(Viewport, FindsThePixelUnderTheMiddleOfTheWindows) {
    const std::pair<Size, Size> shrunk[] = {{{480, 360}, {640, 480}}, {{333, 197}, {1920, 1080}}};
    for (const auto& sizes : {std::span<const std::pair<Size, Size>>(kEnlarged), {shrunk}}) {
        for (const auto& [window, picture] : sizes) {
            const Viewport viewport(window, picture);
            const Rect target = viewport.target();
            for (std::uint32_t x = 1; x + 1 < target.width; ++x) {
                const auto found =
                    viewport.to_picture(static_cast<std::int32_t>(target.x + x), 0).x;
                // The middle, x + 1/2 of target.width, lies in the pixel: all times twice the
                // width.
                const std::uint64_t middle = std::uint64_t{2 * x + 1} * picture.width;
                ASSERT_LE(std::uint64_t{found} * 2 * target.width, middle);
                ASSERT_GT((std::uint64_t{found} + 1) * 2 * target.width, middle);
            }
        }
    }
}

TEST(Viewport, FindsBackThePixelWhoseMiddleItShowed) {
    for (const auto& [window, picture] : kEnlarged) {
        const Viewport viewport(window, picture);
        for (std::uint32_t i = 0; i < picture.width; ++i) {
            const Point pixel{i, i % picture.height};
            const Point seen = viewport.pixel_in_window(pixel);
            ASSERT_EQ(viewport.to_picture(static_cast<std::int32_t>(seen.x),
                                          static_cast<std::int32_t>(seen.y)),
                      pixel);
        }
    }
}

TEST(Viewport, FindsTheNearestPixelFromOutside) {
    const Viewport viewport({100, 100}, {100, 50});

    EXPECT_EQ(viewport.to_picture(-32768, 10), (Point{0, 0}));
    EXPECT_EQ(viewport.to_picture(32767, 90), (Point{99, 49}));
}

TEST(Viewport, ShowsThePictureInItsPlaceAlone) {
    const Viewport viewport({300, 100}, {100, 50});

    EXPECT_FALSE(viewport.shows(49, 0));
    EXPECT_TRUE(viewport.shows(50, 0));
    EXPECT_TRUE(viewport.shows(249.9, 99.9));
    EXPECT_FALSE(viewport.shows(250, 99));
    EXPECT_FALSE(viewport.shows(100, -1));
    EXPECT_FALSE(viewport.shows(100, 100));
    EXPECT_FALSE(Viewport{}.shows(0, 0));
}

TEST(Viewport, FindsPixelsBetweenTheWindowsOwn) {
    // Twice as many can be seen as are counted: as on a screen of scale 2.
    const Viewport fine({50, 50}, {100, 100});

    for (std::uint32_t pixel = 0; pixel < 100; ++pixel) {
        EXPECT_EQ(fine.to_picture(pixel * 0.5, pixel * 0.5 + 0.4, 0.5), (Point{pixel, pixel}));
    }
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

TEST(Viewport, GrowsByWholeMultiplesAlone) {
    const Viewport viewport({500, 400}, {160, 100}, Scaling::Integer);

    EXPECT_EQ(viewport.target(), (Rect{10, 50, 480, 300}));
    EXPECT_TRUE(viewport.is_whole_multiple());
    EXPECT_EQ(viewport.to_picture(10 + 3, 50 + 2), (Point{1, 0}));
    EXPECT_EQ(Viewport({319, 400}, {160, 100}, Scaling::Integer).target(),
              (Rect{79, 150, 160, 100}));
}

TEST(Viewport, NeverGrowsWhereItIsOnlyToShrink) {
    const Viewport viewport({500, 400}, {160, 100}, Scaling::Down);

    EXPECT_EQ(viewport.target(), (Rect{170, 150, 160, 100}));
    EXPECT_TRUE(viewport.is_unscaled());
}

TEST(Viewport, ShrinksWhatDoesNotFitHoweverItGrows) {
    for (const Scaling scaling : {Scaling::Fit, Scaling::Integer, Scaling::Down}) {
        EXPECT_EQ(Viewport({100, 100}, {200, 100}, scaling).target(), (Rect{0, 25, 100, 50}));
        EXPECT_EQ(Viewport({300, 50}, {200, 100}, scaling).target(), (Rect{100, 0, 100, 50}));
    }
}

TEST(FitInto, LeavesSmallPicturesAndShrinksLargeOnes) {
    EXPECT_EQ(fit_into({640, 480}, {100, 480}), (Size{100, 480}));
    EXPECT_EQ(fit_into({640, 480}, {1280, 480}), (Size{640, 240}));
}

}  // namespace
}  // namespace oriel
