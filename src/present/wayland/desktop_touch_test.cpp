// SPDX-License-Identifier: MIT
// Fingers on a touch screen of GNOME's or KDE's, told as a pointer.
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

#include "present/wayland/desktop_rig.h"

namespace oriel {
namespace {

using test::Desktop;
using test::DesktopRig;
using Kind = InputEvent::Kind;

/// The picture fills the screen: its pixels are the screen's.
class DesktopTouch : public testing::TestWithParam<Desktop> {
  protected:
    void SetUp() override {
        if (const std::string why = test::Compositor::why_no_desktops(); !why.empty()) {
            GTEST_SKIP() << why;
        }
        rig_.emplace(GetParam(),
                     WaylandPresenterOptions{.mode = Presenter::WindowMode::FullScreen});
        ASSERT_TRUE(rig_->begin(DesktopRig::kOutput));
        // The touch screen appears with the first touch of it.
        ASSERT_TRUE(rig_->driver.run_until([this] {
            hand().touch_down(0, 1, 1);
            hand().touch_up(0);
            rig_->driver.settle();
            return !rig_->driver.heard.input.empty();
        }));
        rig_->driver.settle();
        rig_->driver.heard.input.clear();
    }

    test::DesktopHand& hand() { return *rig_->hand; }

    /// "to 1,2; press; release": what was told since it was asked last.
    std::string told() {
        rig_->driver.settle();
        rig_->driver.settle();
        std::string text;
        for (const InputEvent& event : std::exchange(rig_->driver.heard.input, {})) {
            text += text.empty() ? "" : "; ";
            if (event.kind == Kind::Motion) {
                text += fmt::format("to {},{}", event.x, event.y);
            } else if (event.code == BTN_LEFT && event.kind == Kind::ButtonDown) {
                text += "press";
            } else if (event.code == BTN_LEFT && event.kind == Kind::ButtonUp) {
                text += "release";
            } else {
                text += "something else";
            }
            text += event.is_outside ? " outside" : "";
        }
        return text;
    }

    std::optional<DesktopRig> rig_;
};

TEST_P(DesktopTouch, ADragIsTheLeftButtonsFromWhereTheFingerIsSet) {
    hand().touch_down(0, 100, 50);
    EXPECT_EQ(told(), "to 100,50; press");

    for (const auto& [x, y] : {std::pair{150, 90}, std::pair{300, 200}, std::pair{639, 479}}) {
        hand().touch_move(0, x, y);
        EXPECT_EQ(told(), fmt::format("to {},{}", x, y));
    }
    hand().touch_up(0);

    EXPECT_EQ(told(), "release");
}

TEST_P(DesktopTouch, ASecondFingerIsNobodys) {
    hand().touch_down(0, 100, 50);
    hand().touch_down(1, 400, 300);
    hand().touch_move(1, 410, 310);
    hand().touch_up(1);
    hand().touch_up(0);

    EXPECT_EQ(told(), "to 100,50; press; release");
}

TEST_P(DesktopTouch, ATapAfterATapIsWhereItIs) {
    for (const int x : {10, 600, 320}) {
        hand().touch_down(0, x, 240);
        hand().touch_up(0);
        EXPECT_EQ(told(), fmt::format("to {},240; press; release", x));
    }
}

/// A picture of half the size lies in the middle: 320 x 480 has bars on both sides.
TEST_P(DesktopTouch, BarsAreBesideThePicture) {
    ASSERT_TRUE(rig_->begin({320, 480}));
    rig_->driver.heard.input.clear();

    hand().touch_down(0, 161, 10);
    hand().touch_move(0, 479, 20);
    hand().touch_up(0);
    EXPECT_EQ(told(), "to 1,10; press; to 319,20; release");
    hand().touch_down(0, 100, 30);
    hand().touch_up(0);

    EXPECT_EQ(told(), "to 0,30 outside; press outside; release");
}

INSTANTIATE_TEST_SUITE_P(Desktops,
                         DesktopTouch,
                         testing::ValuesIn(test::desktops()),
                         [](const auto& made) { return made.param.name; });

}  // namespace
}  // namespace oriel
