// SPDX-License-Identifier: MIT
// What X11 alone has to show, pixel for pixel, as another client of the server sees it.
#include <algorithm>
#include <cstring>

#include <gtest/gtest.h>

#include "present/layer.h"
#include "present/x11/x11_rig.h"

namespace oriel {
namespace {

using test::bgrx;
using test::expected_pixels;
using test::test_colour;
using test::X11Rig;

constexpr Size kSize = {160, 90};
constexpr std::uint64_t kSlot = 1 << 16;

std::uint32_t other_colour(std::uint32_t x, std::uint32_t y) {
    return test_colour(x, y) ^ 0xFFFFFF;
}

void bind(X11Rig& rig) {
    ASSERT_TRUE(rig.presenter->bind_region(rig.region.fd(), rig.region.memory()));
    ASSERT_EQ(rig.presenter->use(), Presenter::Use::HandsOn);
}

TEST(X11Picture, GoesThroughTheSocketWhereMemoryCannotBeShared) {
    X11Rig rig({}, {"-extension", "MIT-SHM"});
    EXPECT_FALSE(rig.presenter->bind_region(rig.region.fd(), rig.region.memory()));
    const FrameGeometry geometry = bgrx({500, 400}, 4);
    rig.region.fill(kSlot, geometry, Rect::of(geometry.size), test_colour);

    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(kSlot, geometry)));

    EXPECT_EQ(rig.look(), expected_pixels(geometry.size, test_colour));
}

TEST(X11Picture, GoesInBandsWhereRequestsAreShort) {
    X11Rig rig({}, {"-extension", "MIT-SHM", "-extension", "BIG-REQUESTS"});
    const FrameGeometry geometry = bgrx({500, 400});
    rig.region.fill(kSlot, geometry, Rect::of(geometry.size), test_colour);

    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(kSlot, geometry)));

    EXPECT_EQ(rig.look(), expected_pixels(geometry.size, test_colour));
}

TEST(X11Picture, BecomesSquaresWhereTheWindowIsTwiceAsLarge) {
    X11Rig rig({.size = Size{320, 180}});
    bind(rig);
    const FrameGeometry geometry = bgrx(kSize);
    rig.region.fill(0, geometry, Rect::of(kSize), test_colour);

    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, geometry)));

    EXPECT_EQ(rig.look(), expected_pixels({320, 180}, [](std::uint32_t x, std::uint32_t y) {
                  return test_colour(x / 2, y / 2);
              }));
}

TEST(X11Picture, BecomesSquaresWhereTheWindowIsThriceAsLarge) {
    X11Rig rig({.size = Size{480, 270}});
    bind(rig);
    const FrameGeometry geometry = bgrx(kSize);
    rig.region.fill(0, geometry, Rect::of(kSize), test_colour);

    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, geometry)));

    EXPECT_EQ(rig.look(), expected_pixels({480, 270}, [](std::uint32_t x, std::uint32_t y) {
                  return test_colour(x / 3, y / 3);
              }));
}

TEST(X11Picture, LooksTheSameScaledInPartsAndWhole) {
    X11Rig rig({.size = Size{271, 211}});
    bind(rig);
    const FrameGeometry geometry = bgrx(kSize);
    rig.region.fill(0, geometry, Rect::of(kSize), test_colour);
    rig.region.fill(kSlot, geometry, Rect::of(kSize), other_colour);
    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(kSlot, geometry)));
    const auto whole = rig.look();
    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, geometry)));
    Damage damage;
    for (std::uint32_t i = 0; i < 16; ++i) {
        damage.add({i % 4 * 40, i / 4 * 23, 40, 23});
    }
    damage.clip(Rect::of(kSize));

    ASSERT_TRUE(rig.driver.show(rig.region.frame(kSlot, geometry), damage));

    EXPECT_EQ(rig.look(), whole);
}

TEST(X11Picture, IsOneColourScaledUpToItsEdges) {
    X11Rig rig({.size = Size{600, 200}});
    bind(rig);
    const FrameGeometry geometry = bgrx({300, 45});
    const auto white = [](std::uint32_t, std::uint32_t) {
        return 0xFFFFFFU;
    };
    rig.region.fill(0, geometry, Rect::of(geometry.size), white);

    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, geometry)));

    EXPECT_EQ(std::ranges::count(rig.look(), 0xFFFFFFU), 600 * 90);
}

TEST(X11Picture, IsCutOffWhereTheServerCannotScale) {
    X11Rig rig({.size = Size{100, 120}}, {"-extension", "RENDER"});
    bind(rig);
    const FrameGeometry geometry = bgrx(kSize);
    rig.region.fill(0, geometry, Rect::of(kSize), test_colour);

    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, geometry)));

    EXPECT_EQ(rig.look(), expected_pixels({100, 120}, [](std::uint32_t x, std::uint32_t y) {
                  return y < 90 ? test_colour(x, y) : kBarColour;
              }));
}

TEST(X11Picture, ComesBackWholeAfterTheWindowWasCovered) {
    X11Rig rig;
    bind(rig);
    const FrameGeometry geometry = bgrx(kSize);
    rig.region.fill(0, geometry, Rect::of(kSize), test_colour);
    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, geometry)));
    const xcb_window_t window = rig.window();
    const int before = rig.driver.heard.exposures;
    const xcb_window_t cover = rig.eye.open_window({20, 20, 50, 50});
    rig.eye.fill({0, 0, 50, 50}, 0xFF00FF);

    xcb_destroy_window(rig.eye.connection(), cover);
    rig.eye.sync();

    ASSERT_TRUE(rig.driver.run_until([&] { return rig.driver.heard.exposures > before; }));
    ASSERT_TRUE(rig.driver.show(rig.region.frame(0, geometry), Damage{}));
    EXPECT_EQ(rig.eye.look_at(window, Rect::of(kSize)), expected_pixels(kSize, test_colour));
}

TEST(X11Picture, GrowsByWholePixelsWhereThatIsAskedFor) {
    X11Rig rig({.size = Size{500, 300}});
    bind(rig);
    const FrameGeometry geometry = bgrx(kSize);
    rig.region.fill(0, geometry, Rect::of(kSize), test_colour);
    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, geometry)));
    const auto fitted = rig.look();

    const int before = rig.driver.heard.exposures;
    rig.presenter->set_scaling(Scaling::Integer);
    ASSERT_TRUE(rig.driver.run_until([&] { return rig.driver.heard.exposures > before; }));
    ASSERT_TRUE(rig.driver.show(rig.region.frame(0, geometry), Damage{}));

    EXPECT_NE(fitted, rig.look());
    EXPECT_EQ(rig.look(), expected_pixels({500, 300}, [](std::uint32_t x, std::uint32_t y) {
                  const bool is_inside = Rect{10, 15, 480, 270}.contains({x, y, 1, 1});
                  return is_inside ? test_colour((x - 10) / 3, (y - 15) / 3) : kBarColour;
              }));
}

}  // namespace
}  // namespace oriel
