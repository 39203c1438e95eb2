// SPDX-License-Identifier: MIT
// What stands on the output where other displays have nothing like it, pixel for pixel, as another
// client of the compositor sees it.
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

/// Sway with pixman takes none at all.
TEST(WaylandPicture, SaysWhyItIsNoDmaBuf) {
    SwayRig rig;
    ASSERT_TRUE(rig.bind());
    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, bgrx(kSize))));

    const std::string description = rig.presenter->description();
    EXPECT_NE(description.find("zero-copy by wl_shm (no linux-dmabuf: the compositor takes none "
                               "whose rows lie one after the other)"),
              std::string::npos)
        << description;
}

TEST(WaylandLayer, FillsAWindowOfItsOwnBeforeAnyPicture) {
    SwayRig rig({.outputs = {{1400, 900}}});
    ASSERT_TRUE(rig.presenter->show_layer(Layer::Message, test::plain_layer({60, 20}, 0xFF8000)));
    rig.driver.settle();

    const auto seen = rig.look({0, 0, 1280, 720});

    EXPECT_EQ(std::ranges::count(seen, 0xFF8000U), 60 * 20);
    EXPECT_EQ(std::ranges::count(seen, kMessageColour), 1280 * 720 - 60 * 20);
}

class WaylandMessage : public testing::TestWithParam<Size> {};

TEST_P(WaylandMessage, FillsItsWindowToTheEdges) {
    SwayRig rig({.presenter = {.size = GetParam()}, .outputs = {GetParam()}});
    ASSERT_TRUE(rig.presenter->show_layer(Layer::Message, test::plain_layer({60, 20}, 0xFF8000)));
    rig.driver.settle();

    const auto seen = rig.look(Rect::of(GetParam()));

    EXPECT_EQ(static_cast<std::uint64_t>(std::ranges::count(seen, kMessageColour)),
              GetParam().area() - 60 * 20);
}

INSTANTIATE_TEST_SUITE_P(Sizes,
                         WaylandMessage,
                         testing::Values(Size{1280, 800}, Size{1366, 768}, Size{3840, 2160}));

TEST(WaylandLayer, GoesWithoutAnyFrameToFollow) {
    SwayRig rig;
    ASSERT_TRUE(rig.bind());
    const FrameGeometry geometry = bgrx(kSize);
    rig.region.fill(0, geometry, Rect::of(kSize), test_colour);
    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, geometry)));
    for (const Size size : {Size{60, 40}, Size{90, 30}, Size{60, 40}}) {
        ASSERT_TRUE(rig.presenter->show_layer(Layer::Overlay, test::plain_layer(size, 0x00FF00)));
        rig.driver.settle();
    }

    ASSERT_TRUE(rig.presenter->show_layer(Layer::Overlay, {}));

    EXPECT_EQ(rig.look(Rect::of(kSize)), expected_pixels(kSize, test_colour));
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
