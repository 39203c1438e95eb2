// SPDX-License-Identifier: MIT
// What stands on the output, pixel for pixel, as another client of the compositor sees it.
#include <algorithm>

#include <gtest/gtest.h>

#include "present/layer.h"
#include "present/wayland/wayland_rig.h"

namespace oriel {
namespace {

using test::bgrx;
using test::expected_pixels;
using test::SwayRig;
using test::test_colour;

constexpr Size kSize = {160, 90};
constexpr std::uint64_t kSlot = 1 << 20;

std::uint32_t other_colour(std::uint32_t x, std::uint32_t y) {
    return test_colour(x, y) ^ 0xFFFFFF;
}

TEST(WaylandPicture, StandsInTheWindowStraightFromTheRegion) {
    SwayRig rig;
    ASSERT_TRUE(rig.bind());
    const FrameGeometry geometry = bgrx(kSize, 96);
    rig.region.fill(kSlot, geometry, Rect::of(kSize), test_colour);

    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(kSlot, geometry)));

    EXPECT_EQ(rig.presenter->area().size, kSize);
    EXPECT_EQ(rig.look(Rect::of(kSize)), expected_pixels(kSize, test_colour));
}

/// Sway with pixman takes none at all.
TEST(WaylandPicture, SaysWhyItIsNoDmaBuf) {
    SwayRig rig;
    ASSERT_TRUE(rig.bind());
    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(kSlot, bgrx(kSize))));

    const std::string description = rig.presenter->description();
    EXPECT_NE(description.find("zero-copy by wl_shm (no linux-dmabuf: the compositor takes none "
                               "whose rows lie one after the other)"),
              std::string::npos)
        << description;
}

TEST(WaylandPicture, StandsInTheWindowFromACopy) {
    SwayRig rig;
    const FrameGeometry geometry = bgrx(kSize, 8);
    rig.region.fill(kSlot, geometry, Rect::of(kSize), test_colour);

    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(kSlot, geometry)));

    EXPECT_EQ(rig.look(Rect::of(kSize)), expected_pixels(kSize, test_colour));
}

TEST(WaylandPicture, ChangesOnlyWhereTheDamageIs) {
    SwayRig rig;
    ASSERT_TRUE(rig.bind());
    const FrameGeometry geometry = bgrx(kSize);
    rig.region.fill(0, geometry, Rect::of(kSize), test_colour);
    rig.region.fill(kSlot, geometry, Rect::of(kSize), other_colour);
    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, geometry)));
    rig.driver.settle();
    Damage damage(Rect{10, 20, 30, 5});
    damage.add(Rect{100, 60, 1, 1});

    ASSERT_TRUE(rig.driver.show(rig.region.frame(kSlot, geometry), damage));

    EXPECT_EQ(rig.look(Rect::of(kSize)),
              expected_pixels(kSize, [&](std::uint32_t x, std::uint32_t y) {
                  const bool is_changed = damage.overlaps({x, y, 1, 1});
                  return is_changed ? other_colour(x, y) : test_colour(x, y);
              }));
}

/// Copies alternate between two images: each has to have what went into the other.
TEST(WaylandPicture, HoldsAllChangesOfManyCopies) {
    SwayRig rig;
    const FrameGeometry geometry = bgrx(kSize);
    rig.region.fill(0, geometry, Rect::of(kSize), test_colour);
    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, geometry)));

    for (std::uint32_t i = 0; i < 8; ++i) {
        const Rect part{i * 20, i * 10, 15, 9};
        rig.region.fill(0, geometry, part, other_colour);
        ASSERT_TRUE(rig.driver.show(rig.region.frame(0, geometry), Damage(part)));
    }

    EXPECT_EQ(
        rig.look(Rect::of(kSize)), expected_pixels(kSize, [](std::uint32_t x, std::uint32_t y) {
            const bool is_changed = x / 20 < 8 && x % 20 < 15 && y / 10 == x / 20 && y % 10 < 9;
            return is_changed ? other_colour(x, y) : test_colour(x, y);
        }));
}

TEST(WaylandPicture, IsCutToItsCrop) {
    SwayRig rig;
    ASSERT_TRUE(rig.bind());
    const FrameGeometry geometry = bgrx(kSize);
    rig.region.fill(0, geometry, Rect::of(kSize), test_colour);
    PresentFrame frame = rig.region.frame(0, geometry);
    frame.info.crop = {20, 10, 100, 70};

    ASSERT_TRUE(rig.driver.show_whole(frame));

    EXPECT_EQ(rig.look({0, 0, 100, 70}),
              expected_pixels({100, 70}, [](std::uint32_t x, std::uint32_t y) {
                  return test_colour(x + 20, y + 10);
              }));
}

TEST(WaylandPicture, IsTurnedUpright) {
    SwayRig rig;
    ASSERT_TRUE(rig.bind());
    FrameGeometry geometry = bgrx(kSize);
    geometry.transform = 1;
    rig.region.fill(0, geometry, Rect::of(kSize), test_colour);

    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, geometry)));

    EXPECT_EQ(rig.look({0, 0, 90, 160}),
              expected_pixels({90, 160}, [](std::uint32_t x, std::uint32_t y) {
                  return test_colour(y, 89 - x);
              }));
}

TEST(WaylandPicture, KeepsItsColoursInOtherFormats) {
    SwayRig rig;
    ASSERT_TRUE(rig.bind());
    FrameGeometry geometry = bgrx(kSize);
    geometry.format = PixelFormat::Rgba8;
    rig.region.fill(0, geometry, Rect::of(kSize), [](std::uint32_t x, std::uint32_t y) {
        const std::uint32_t bgr = test_colour(x, y);
        return bgr >> 16U | (bgr & 0xFF00U) | (bgr & 0xFFU) << 16U;
    });

    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, geometry)));

    EXPECT_EQ(rig.look(Rect::of(kSize)), expected_pixels(kSize, test_colour));
}

TEST(WaylandPicture, ConvertsTheDamageOfLaterFrames) {
    SwayRig rig;
    ASSERT_TRUE(rig.bind());
    FrameGeometry geometry = bgrx(kSize);
    geometry.transform = 2;
    rig.region.fill(0, geometry, Rect::of(kSize), test_colour);
    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, geometry)));
    const Rect changed{0, 0, 40, 30};
    rig.region.fill(0, geometry, changed, other_colour);

    ASSERT_TRUE(rig.driver.show(rig.region.frame(0, geometry), Damage(changed)));

    EXPECT_EQ(rig.look(Rect::of(kSize)),
              expected_pixels(kSize, [&](std::uint32_t x, std::uint32_t y) {
                  const std::uint32_t from_x = kSize.width - 1 - x;
                  const std::uint32_t from_y = kSize.height - 1 - y;
                  const bool is_changed = changed.contains({from_x, from_y, 1, 1});
                  return is_changed ? other_colour(from_x, from_y) : test_colour(from_x, from_y);
              }));
}

TEST(WaylandPicture, TakesAStrideThatIsNoWholePixels) {
    SwayRig rig;
    ASSERT_TRUE(rig.bind());
    const FrameGeometry geometry = bgrx(kSize, 2);
    rig.region.fill(0, geometry, Rect::of(kSize), test_colour);

    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, geometry)));

    EXPECT_EQ(rig.look(Rect::of(kSize)), expected_pixels(kSize, test_colour));
}

TEST(WaylandPicture, EndsWhereTheRegionDoes) {
    SwayRig rig;
    ASSERT_TRUE(rig.bind());
    const FrameGeometry geometry = bgrx(kSize, 64);
    // Its last row has no padding behind it.
    const std::uint64_t last = rig.region.memory().bytes().size() - geometry.bytes();
    rig.region.fill(last, geometry, Rect::of(kSize), test_colour);

    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(last, geometry)));

    EXPECT_EQ(rig.look(Rect::of(kSize)), expected_pixels(kSize, test_colour));
}

class WaylandScale : public testing::TestWithParam<double> {};

TEST_P(WaylandScale, IsRightButForTheFilter) {
    constexpr Size kPicture = {240, 160};
    const Size window = {static_cast<std::uint32_t>(kPicture.width * GetParam()),
                         static_cast<std::uint32_t>(kPicture.height * GetParam())};
    SwayRig rig({.presenter = {.size = window}});
    ASSERT_TRUE(rig.bind());
    const FrameGeometry geometry = bgrx(kPicture);
    rig.region.fill(0, geometry, Rect::of(kPicture), test::block_colour);

    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, geometry)));

    const auto seen = rig.look(Rect::of(window));
    ASSERT_EQ(seen.size(), window.area());
    for (std::uint32_t y = 10; y < kPicture.height; y += 20) {
        for (std::uint32_t x = 10; x < kPicture.width; x += 20) {
            const auto at_x = static_cast<std::size_t>(x * GetParam());
            const auto at_y = static_cast<std::size_t>(y * GetParam());
            EXPECT_EQ(seen[at_y * window.width + at_x], test::block_colour(x, y)) << x << "," << y;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Factors, WaylandScale, testing::Values(0.5, 0.75, 1.0, 1.5, 2.0));

TEST(WaylandPicture, KeepsItsAspectBetweenBlackBars) {
    SwayRig rig({.presenter = {.size = Size{160, 200}}});
    ASSERT_TRUE(rig.bind());
    const FrameGeometry geometry = bgrx(kSize);
    rig.region.fill(0, geometry, Rect::of(kSize), test_colour);

    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, geometry)));

    EXPECT_EQ(rig.look({0, 0, 160, 200}),
              expected_pixels({160, 200}, [](std::uint32_t x, std::uint32_t y) {
                  const bool is_bar = y < 55 || y >= 145;
                  return is_bar ? kBarColour : test_colour(x, y - 55);
              }));
}

TEST(WaylandLayer, HidesThePictureAndGivesWayToIt) {
    SwayRig rig;
    ASSERT_TRUE(rig.bind());
    const FrameGeometry geometry = bgrx(kSize);
    rig.region.fill(0, geometry, Rect::of(kSize), test_colour);
    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, geometry)));

    ASSERT_TRUE(rig.presenter->show_layer(Layer::Message, test::plain_layer({60, 20}, 0xFF8000)));
    rig.driver.settle();
    const auto covered = rig.look(Rect::of(kSize));
    ASSERT_TRUE(rig.presenter->show_layer(Layer::Message, {}));
    ASSERT_TRUE(rig.driver.show(rig.region.frame(0, geometry), Damage{}));

    EXPECT_EQ(covered, expected_pixels(kSize, [](std::uint32_t x, std::uint32_t y) {
                  return Rect{50, 35, 60, 20}.contains({x, y, 1, 1}) ? 0xFF8000U : kMessageColour;
              }));
    EXPECT_EQ(rig.look(Rect::of(kSize)), expected_pixels(kSize, test_colour));
}

TEST(WaylandLayer, FillsAWindowOfItsOwnBeforeAnyPicture) {
    SwayRig rig({.outputs = {{1400, 900}}});
    ASSERT_TRUE(rig.presenter->show_layer(Layer::Message, test::plain_layer({60, 20}, 0xFF8000)));
    rig.driver.settle();

    const auto seen = rig.look({0, 0, 1280, 720});

    EXPECT_EQ(std::ranges::count(seen, 0xFF8000U), 60 * 20);
    EXPECT_EQ(std::ranges::count(seen, kMessageColour), 1280 * 720 - 60 * 20);
}

TEST(WaylandLayer, StandsInTheCornerAboveAPictureAndAMessage) {
    SwayRig rig;
    ASSERT_TRUE(rig.bind());
    const FrameGeometry geometry = bgrx(kSize);
    rig.region.fill(0, geometry, Rect::of(kSize), test_colour);
    ASSERT_TRUE(rig.presenter->show_layer(Layer::Overlay, test::plain_layer({40, 30}, 0x00FF00)));
    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, geometry)));
    const auto above_picture = rig.look(Rect::of(kSize));

    ASSERT_TRUE(rig.presenter->show_layer(Layer::Message, test::plain_layer({160, 90}, 0xFF8000)));
    rig.driver.settle();

    const auto with = [](auto colour) {
        return expected_pixels(kSize, [colour](std::uint32_t x, std::uint32_t y) {
            return x < 40 && y < 30 ? 0x00FF00U : colour(x, y);
        });
    };
    EXPECT_EQ(above_picture, with(test_colour));
    EXPECT_EQ(rig.look(Rect::of(kSize)),
              with([](std::uint32_t, std::uint32_t) { return 0xFF8000U; }));
}

TEST(WaylandLayer, IsCutOffAtTheWindowsEdges) {
    SwayRig rig;
    ASSERT_TRUE(rig.bind());
    const FrameGeometry geometry = bgrx(kSize);
    rig.region.fill(0, geometry, Rect::of(kSize), test_colour);
    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, geometry)));
    const auto beside = rig.look({160, 0, 100, 200});

    ASSERT_TRUE(rig.presenter->show_layer(Layer::Overlay, test::colourful_layer({300, 200})));
    rig.driver.settle();

    EXPECT_EQ(rig.look(Rect::of(kSize)), expected_pixels(kSize, test_colour));
    EXPECT_EQ(rig.look({160, 0, 100, 200}), beside);
}

/// The compositor's filter scales: what lies in the middle of blocks is told by every one.
TEST(WaylandPicture, GrowsByWholePixelsWhereThatIsAskedFor) {
    SwayRig rig({.presenter = {.size = Size{500, 300}}});
    ASSERT_TRUE(rig.bind());
    const FrameGeometry geometry = bgrx(kSize);
    rig.region.fill(0, geometry, Rect::of(kSize), test::block_colour);
    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, geometry)));

    rig.presenter->set_scaling(Scaling::Integer);

    const auto seen = rig.look({0, 0, 500, 300});
    ASSERT_EQ(seen.size(), 500U * 300U);
    for (std::uint32_t y = 0; y < 300; ++y) {
        for (std::uint32_t x = 0; x < 500; ++x) {
            const std::uint32_t found = seen[std::size_t{y} * 500 + x];
            if (!Rect{10, 15, 480, 270}.contains({x, y, 1, 1})) {
                ASSERT_EQ(found, kBarColour) << x << "," << y;
            } else if ((x - 10) % 60 == 30 && (y - 15) % 60 == 30) {
                ASSERT_EQ(found, test::block_colour((x - 10) / 3, (y - 15) / 3)) << x << "," << y;
            }
        }
    }
}

TEST(WaylandPicture, StaysAsItIsWhereItIsOnlyToShrink) {
    SwayRig rig({.presenter = {.size = Size{500, 300}}});
    ASSERT_TRUE(rig.bind());
    rig.presenter->set_scaling(Scaling::Down);
    const FrameGeometry geometry = bgrx(kSize);
    rig.region.fill(0, geometry, Rect::of(kSize), test_colour);

    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, geometry)));

    EXPECT_EQ(rig.look({0, 0, 500, 300}),
              expected_pixels({500, 300}, [](std::uint32_t x, std::uint32_t y) {
                  const bool is_inside = Rect{170, 105, 160, 90}.contains({x, y, 1, 1});
                  return is_inside ? test_colour(x - 170, y - 105) : kBarColour;
              }));
}

/// Two logical pixels are four: one for one is counted in the display's own.
TEST(WaylandPicture, StaysAsItIsOnAScaledOutput) {
    SwayRig rig({.lines = {"output HEADLESS-1 scale 2"}});
    ASSERT_TRUE(rig.bind());
    rig.presenter->set_scaling(Scaling::Down);
    constexpr Size kEven = {320, 240};
    const FrameGeometry geometry = bgrx(kEven);
    rig.region.fill(0, geometry, Rect::of(kEven), test_colour);

    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, geometry)));

    // Where black ends sway 1.7 mixes it with what is behind.
    EXPECT_EQ(rig.look({0, 0, 640, 470}),
              expected_pixels({640, 470}, [](std::uint32_t x, std::uint32_t y) {
                  const bool is_inside = Rect{160, 120, 320, 240}.contains({x, y, 1, 1});
                  return is_inside ? test_colour(x - 160, y - 120) : kBarColour;
              }));
}

}  // namespace
}  // namespace oriel
