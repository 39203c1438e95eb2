// SPDX-License-Identifier: MIT
// A window that is resized, filled, hidden and covered at random while frames run.
#include <filesystem>
#include <iterator>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "present/wayland/wayland_rig.h"

namespace oriel {
namespace {

using test::bgrx;
using test::expected_pixels;
using test::SwayRig;
using test::test_colour;

constexpr int kSteps = 150;
constexpr Size kPictures[] = {{160, 90}, {320, 240}, {200, 100}};

std::ptrdiff_t open_descriptors() {
    using Walk = std::filesystem::directory_iterator;
    return std::distance(Walk("/proc/self/fd"), Walk());
}

class WaylandTorture : public testing::Test {
  protected:
    std::uint32_t any(std::uint32_t below) {
        return std::uniform_int_distribution<std::uint32_t>(0, below - 1)(random_);
    }

    void resize() {
        rig_.tell("[app_id=\"oriel\"] resize set " + std::to_string(64 + any(500)) + " " +
                  std::to_string(64 + any(400)));
    }

    void hide_and_show() {
        rig_.tell("workspace elsewhere");
        rig_.driver.settle();
        rig_.tell("workspace 1");
    }

    void step() {
        switch (any(6)) {
        case 0:
            return resize();
        case 1:
            return hide_and_show();
        case 2:
            rig_.presenter->set_window_mode(any(2) == 0 ? Presenter::WindowMode::Normal
                                                        : Presenter::WindowMode::FullScreen);
            return;
        case 3:
            picture_ = kPictures[any(std::size(kPictures))];
            return;
        case 4:
            static_cast<void>(rig_.presenter->show_layer(
                Layer::Overlay, test::colourful_layer(any(2) == 0 ? Size{} : Size{90, 400})));
            return;
        default:
            static_cast<void>(
                rig_.presenter->show_layer(Layer::Message, test::colourful_layer({100, 40})));
            rig_.driver.settle();
            static_cast<void>(rig_.presenter->show_layer(Layer::Message, {}));
            return;
        }
    }

    bool show() {
        const FrameGeometry geometry = bgrx(picture_);
        return rig_.driver.show_whole(rig_.region.frame(any(4) * std::uint64_t{1 << 20}, geometry));
    }

    SwayRig rig_;
    Size picture_ = kPictures[0];
    std::mt19937 random_{20};
};

TEST_F(WaylandTorture, LeavesARightPictureAndNothingElse) {
    ASSERT_TRUE(rig_.bind());
    ASSERT_TRUE(show());
    const std::ptrdiff_t before = open_descriptors();

    for (int i = 0; i < kSteps; ++i) {
        step();
        ASSERT_TRUE(show()) << "step " << i;
    }

    ASSERT_TRUE(rig_.presenter->show_layer(Layer::Overlay, {}));
    rig_.presenter->set_window_mode(Presenter::WindowMode::Normal);
    rig_.driver.settle();
    picture_ = kPictures[0];
    rig_.region.fill(0, bgrx(picture_), Rect::of(picture_), test_colour);
    ASSERT_TRUE(rig_.tell("[app_id=\"oriel\"] resize set 160 90, move position 0 0"));
    rig_.driver.settle();
    ASSERT_TRUE(rig_.driver.show_whole(rig_.region.frame(0, bgrx(picture_))));
    EXPECT_EQ(rig_.look(Rect::of(picture_)), expected_pixels(picture_, test_colour));
    EXPECT_LE(open_descriptors(), before + 1);
    const std::uint64_t last = rig_.driver.heard.shown.back();
    EXPECT_LE(last - rig_.driver.heard.released.size(), 2U) << "slots that never came back";
}

}  // namespace
}  // namespace oriel
