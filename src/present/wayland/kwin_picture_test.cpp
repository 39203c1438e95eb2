// SPDX-License-Identifier: MIT
// What stands on KWin's output, pixel for pixel: it runs in a window of an X server, which is read.
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/assert.h"
#include "present/presenter_rig.h"
#include "present/wayland/desktop_rig.h"
#include "wayland/compositor.h"
#include "x11/x11_fixture.h"
#include "x11/x11_painter.h"

namespace oriel {
namespace {

using test::bgrx;
using test::Compositor;
using test::expected_pixels;
using test::test_colour;

constexpr Size kScreen = {960, 720};
constexpr Size kSize = {160, 90};

struct Rig {
    explicit Rig(double scale = 1, WaylandPresenterOptions options = {})
        : kwin(Compositor::start_kwin_on_x11(kScreen, scale, server.display()).value()),
          presenter(test::open_frameless(kwin, std::move(options))),
          driver(*presenter) {}

    bool bind() { return presenter->bind_region(region.fd(), region.memory()).has_value(); }

    /// What is to be seen in `rect`, once it stays the same.
    std::vector<std::uint32_t> look(const Rect& rect) {
        std::vector<std::uint32_t> seen;
        for (int i = 0; i < 20; ++i) {
            driver.settle();
            std::vector<std::uint32_t> pixels;
            const auto all = eye.look_at_root();
            for (std::uint32_t y = rect.y; y < rect.bottom(); ++y) {
                for (std::uint32_t x = rect.x; x < rect.right(); ++x) {
                    pixels.push_back(all[std::size_t{y} * kScreen.width + x] & 0xFFFFFFU);
                }
            }
            if (pixels == std::exchange(seen, pixels)) {
                break;
            }
        }
        return seen;
    }

    test::XServer server = test::XServer::start(kScreen).value();
    test::XPainter eye = test::XPainter::open(server.display()).value();
    Compositor kwin;
    test::TestRegion region{1 << 23};
    std::unique_ptr<Presenter> presenter;
    test::Driver driver;
};

class KWinPicture : public testing::Test {
  protected:
    void SetUp() override {
        if (const std::string why = Compositor::why_no_desktops(); !why.empty()) {
            GTEST_SKIP() << why;
        }
    }

    static bool show(Rig& rig, Size picture) {
        const FrameGeometry geometry = bgrx(picture);
        rig.region.fill(0, geometry, Rect::of(picture), test_colour);
        return rig.bind() && rig.driver.show_whole(rig.region.frame(0, geometry));
    }
};

TEST_F(KWinPicture, StandsInTheWindowStraightFromTheRegion) {
    Rig rig;
    ASSERT_TRUE(show(rig, kSize));

    EXPECT_EQ(rig.presenter->use(), Presenter::Use::HandsOn);
    EXPECT_EQ(rig.look(Rect::of(kSize)), expected_pixels(kSize, test_colour));
}

TEST_F(KWinPicture, ChangesOnlyWhereTheDamageIs) {
    Rig rig;
    ASSERT_TRUE(show(rig, kSize));
    const Rect changed{20, 30, 50, 40};
    rig.region.fill(
        0, bgrx(kSize), changed, [](std::uint32_t, std::uint32_t) { return 0x00FF00U; });

    ASSERT_TRUE(rig.driver.show(rig.region.frame(0, bgrx(kSize)), Damage(changed)));

    EXPECT_EQ(rig.look(Rect::of(kSize)),
              expected_pixels(kSize, [&](std::uint32_t x, std::uint32_t y) {
                  return changed.contains({x, y, 1, 1}) ? 0x00FF00U : test_colour(x, y);
              }));
}

TEST_F(KWinPicture, KeepsItsAspectBetweenBlackBars) {
    Rig rig(1, {.size = Size{160, 200}});
    ASSERT_TRUE(show(rig, kSize));

    EXPECT_EQ(rig.look({0, 0, 160, 200}),
              expected_pixels({160, 200}, [](std::uint32_t x, std::uint32_t y) {
                  const bool is_bar = y < 55 || y >= 145;
                  return is_bar ? kBarColour : test_colour(x, y - 55);
              }));
}

TEST_F(KWinPicture, FillsTheScreen) {
    Rig rig(1, {.mode = Presenter::WindowMode::FullScreen});
    ASSERT_TRUE(show(rig, kScreen));

    EXPECT_EQ(rig.look(Rect::of(kScreen)), expected_pixels(kScreen, test_colour));
}

/// One pixel of the guest's is one of the screen's, whatever size KWin draws its own texts in.
TEST_F(KWinPicture, IsRightOnOutputsOfOtherScales) {
    for (const double scale : {1.5, 2.0, 1.25}) {
        Rig rig(scale, {.mode = Presenter::WindowMode::FullScreen});
        ASSERT_TRUE(show(rig, kScreen));

        EXPECT_EQ(rig.look(Rect::of(kScreen)), expected_pixels(kScreen, test_colour)) << scale;
        EXPECT_EQ(rig.presenter->area(), (WindowArea{kScreen, scale}));
    }
}

TEST_F(KWinPicture, IsRightInAWindowOnAnOutputScaledByAFraction) {
    Rig rig(1.5);
    constexpr Size kPicture = {240, 150};
    ASSERT_TRUE(show(rig, kPicture));

    EXPECT_EQ(rig.look(Rect::of(kPicture)), expected_pixels(kPicture, test_colour));
    EXPECT_EQ(rig.presenter->area(), (WindowArea{kPicture, 1.5}));
}

TEST_F(KWinPicture, LayersStandAboveIt) {
    Rig rig;
    ASSERT_TRUE(rig.presenter->show_layer(Layer::Overlay, test::plain_layer({40, 30}, 0x00FF00)));
    ASSERT_TRUE(show(rig, kSize));
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

}  // namespace
}  // namespace oriel
