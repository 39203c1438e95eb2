// SPDX-License-Identifier: MIT
// What is X11's own about focus and grabs, on a real server with a second client's XTEST as the
// person's hand; the rest is in input_conformance_test.cpp.
#include <algorithm>

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

#include "present/x11/x11_rig.h"

namespace oriel {
namespace {

using test::bgrx;
using test::WindowManager;
using test::X11Rig;
using Kind = InputEvent::Kind;

constexpr Size kSize = {160, 90};
constexpr Grab kConfined{Grab::Keyboard::Taken, Grab::Pointer::Confined};
constexpr Grab kRelative{Grab::Keyboard::Taken, Grab::Pointer::Relative};

/// A window that is shown and has the focus, the pointer in it.
class X11GrabTest : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(rig_.driver.show_whole(rig_.region.frame(0, bgrx(kSize))));
        rig_.eye.move_mouse(80, 45);
        rig_.eye.focus(rig_.window());
        rig_.driver.settle();
        heard().input.clear();
    }

    test::RecordingListener& heard() { return rig_.driver.heard; }

    void set_grab(const Grab& grab) {
        rig_.presenter->set_grab(grab);
        rig_.driver.settle();
    }

    bool has_focus() { return !heard().focus.empty() && heard().focus.back(); }

    /// Sums of what was told in that kind.
    std::pair<double, double> sum(Kind kind) {
        std::pair<double, double> sum;
        for (const InputEvent& event : heard().input) {
            if (event.kind == kind) {
                sum.first += event.x;
                sum.second += event.y;
            }
        }
        return sum;
    }

    X11Rig rig_;
};

TEST_F(X11GrabTest, TellsWhereAClickIsThoughThePointerNeverMovedInTheWindow) {
    const xcb_window_t cover = rig_.eye.open_window({0, 0, 640, 480});
    rig_.eye.move_mouse(33, 44);
    xcb_destroy_window(rig_.eye.connection(), cover);
    rig_.eye.sync();
    rig_.driver.settle();
    heard().input.clear();

    rig_.eye.press_button(1);
    rig_.eye.release_button(1);
    rig_.driver.settle();

    ASSERT_GE(heard().input.size(), 2U);
    EXPECT_EQ(heard().input[0].kind, Kind::Motion);
    EXPECT_EQ(heard().input[0].x, 33);
    EXPECT_EQ(heard().input[0].y, 44);
    EXPECT_EQ(heard().input[0].picture, kSize);
    EXPECT_EQ(heard().input[1].kind, Kind::ButtonDown);
}

TEST_F(X11GrabTest, PutsTheLockedPointerWhereTheGuestHasIt) {
    rig_.presenter->set_cursor_position({10, 20, CursorPosition::Visibility::Shown});
    set_grab(kRelative);
    EXPECT_EQ(rig_.eye.pointer(), (std::pair{10, 20}));

    rig_.presenter->set_cursor_position({5000, -3, CursorPosition::Visibility::Shown});
    rig_.driver.settle();

    EXPECT_EQ(rig_.eye.pointer(), (std::pair{159, 0}));
    EXPECT_EQ(sum(Kind::RelativeMotion), (std::pair{0.0, 0.0}));
}

TEST_F(X11GrabTest, HidesALockedPointerThatTheGuestDoesNotShow) {
    Size size;
    const auto is_clear = [&] {
        return std::ranges::all_of(rig_.pointer_image(size),
                                   [](std::uint32_t pixel) { return pixel == 0; });
    };
    EXPECT_FALSE(is_clear());

    set_grab(kRelative);
    EXPECT_TRUE(is_clear());

    set_grab({});
    EXPECT_FALSE(is_clear());
}

TEST_F(X11GrabTest, KeepsTheLockWhenTheWindowShrinks) {
    rig_.eye.move_mouse(150, 80);
    set_grab(kRelative);

    rig_.resize_window({100, 60});
    rig_.driver.settle();
    rig_.eye.queue_mouse_motion(7, 9);
    rig_.eye.sync();
    rig_.driver.settle();

    EXPECT_FALSE(rig_.eye.grab_pointer());
    EXPECT_EQ(sum(Kind::RelativeMotion), (std::pair{7.0, 9.0}));
    EXPECT_EQ(rig_.eye.pointer(), (std::pair{99, 59}));
}

TEST_F(X11GrabTest, IsRefusedWhereAnotherProgramHasTheKeyboard) {
    // It takes the focus away too; that is told, and the grab is asked for all the same.
    ASSERT_TRUE(rig_.eye.grab_keyboard());
    set_grab(kConfined);

    ASSERT_EQ(heard().grab_losses.size(), 1U);
    EXPECT_NE(heard().grab_losses[0].find("another program holds it"), std::string::npos);
    EXPECT_FALSE(has_focus());
    rig_.eye.end_grabs();
    EXPECT_TRUE(rig_.eye.can_grab());
    rig_.driver.settle();
    EXPECT_TRUE(has_focus());
}

TEST_F(X11GrabTest, IsRefusedWhereAnotherProgramHasThePointer) {
    ASSERT_TRUE(rig_.eye.grab_pointer());

    set_grab(kRelative);

    ASSERT_EQ(heard().grab_losses.size(), 1U);
    EXPECT_NE(heard().grab_losses[0].find("pointer"), std::string::npos);
    rig_.eye.end_grabs();
    EXPECT_TRUE(rig_.eye.can_grab());
}

TEST_F(X11GrabTest, IsLostWhenTheWindowGoesOffTheScreen) {
    for (const Grab& grab : {kConfined, kRelative}) {
        heard().grab_losses.clear();
        set_grab(grab);
        xcb_unmap_window(rig_.eye.connection(), rig_.window());
        rig_.eye.sync();
        rig_.driver.settle();

        EXPECT_EQ(heard().grab_losses.size(), 1U);
        EXPECT_TRUE(rig_.eye.can_grab());
        xcb_map_window(rig_.eye.connection(), rig_.window());
        rig_.eye.focus(rig_.window());
        rig_.driver.settle();
    }
}

TEST_F(X11GrabTest, HasTheFocusUnderThePointerWhereNobodyGaveIt) {
    rig_.eye.focus(XCB_INPUT_FOCUS_POINTER_ROOT);
    rig_.driver.settle();
    EXPECT_TRUE(has_focus());
    rig_.eye.move_mouse(500, 400);
    rig_.driver.settle();
    EXPECT_FALSE(has_focus());
    rig_.eye.move_mouse(80, 45);
    rig_.driver.settle();
    EXPECT_TRUE(has_focus());
    const std::size_t told = heard().focus.size();

    set_grab(kRelative);
    set_grab({});

    EXPECT_EQ(heard().focus.size(), told);
}

TEST(X11GrabManaged, HoldsUnderAWindowManager) {
    X11Rig rig;
    const auto manager = WindowManager::start(rig);
    if (!manager) {
        GTEST_SKIP() << "openbox is not installed";
    }
    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, bgrx(kSize))));
    ASSERT_TRUE(rig.driver.run_until(
        [&] { return !rig.driver.heard.focus.empty() && rig.driver.heard.focus.back(); }));
    rig.driver.settle();
    const auto told = rig.driver.heard.focus;

    rig.presenter->set_grab(kRelative);
    rig.driver.settle();
    // Alt+Tab is openbox's own; now it is the guest's.
    rig.eye.press_key(KEY_LEFTALT);
    rig.eye.press_key(KEY_TAB);
    rig.eye.release_key(KEY_TAB);
    rig.eye.release_key(KEY_LEFTALT);
    rig.driver.settle();

    EXPECT_EQ(rig.driver.heard.focus, told);
    EXPECT_TRUE(std::ranges::any_of(rig.driver.heard.input, [](const InputEvent& event) {
        return event.kind == Kind::KeyDown && event.code == KEY_TAB;
    }));
    EXPECT_TRUE(rig.driver.heard.grab_losses.empty());
}

}  // namespace
}  // namespace oriel
