// SPDX-License-Identifier: MIT
// Focus and grabs on a real server, with a second client's XTEST as the person's hand.
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

TEST_F(X11GrabTest, TellsKeysOfTheHandAsEvdevCodes) {
    const std::vector<std::uint32_t> pressed{
        KEY_ESC, KEY_102ND, KEY_PAUSE, KEY_SYSRQ, KEY_RIGHTCTRL};
    for (const std::uint32_t code : pressed) {
        rig_.eye.press_key(code);
        rig_.eye.release_key(code);
    }
    rig_.driver.settle();

    std::vector<std::uint32_t> codes;
    for (const InputEvent& event : heard().input) {
        if (event.kind == Kind::KeyDown) {
            codes.push_back(event.code);
        }
    }
    EXPECT_EQ(
        codes,
        (std::vector<std::uint32_t>{KEY_ESC, KEY_102ND, KEY_PAUSE, KEY_SYSRQ, KEY_RIGHTCTRL}));
}

TEST_F(X11GrabTest, TellsAKeyHeldDownOnce) {
    rig_.eye.press_key(KEY_A);
    // The server repeats after 660 ms, 25 times a second.
    rig_.driver.run_until([until = monotonic_now() + std::chrono::milliseconds(1000)] {
        return monotonic_now() > until;
    });
    rig_.eye.release_key(KEY_A);
    rig_.driver.settle();

    ASSERT_EQ(heard().input.size(), 2U);
    EXPECT_EQ(heard().input[1].kind, Kind::KeyUp);
}

TEST_F(X11GrabTest, TellsFiveButtonsAndFourWaysOfTheWheel) {
    for (const std::uint8_t number : std::vector<std::uint8_t>{1, 2, 3, 8, 9}) {
        rig_.eye.press_button(number);
        rig_.eye.release_button(number);
    }
    for (const std::uint8_t number : std::vector<std::uint8_t>{4, 4, 4, 5, 6, 7, 7}) {
        rig_.eye.press_button(number);
        rig_.eye.release_button(number);
    }
    rig_.driver.settle();

    std::vector<std::uint32_t> codes;
    for (const InputEvent& event : heard().input) {
        if (event.kind == Kind::ButtonDown) {
            codes.push_back(event.code);
            EXPECT_FALSE(event.is_outside);
        }
    }
    EXPECT_EQ(codes,
              (std::vector<std::uint32_t>{BTN_LEFT, BTN_MIDDLE, BTN_RIGHT, BTN_SIDE, BTN_EXTRA}));
    EXPECT_EQ(sum(Kind::Scroll), (std::pair{1.0, 2.0}));
}

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

TEST_F(X11GrabTest, ButtonsOverAMessageAreOutside) {
    ASSERT_TRUE(rig_.presenter->show_layer(Layer::Message, test::plain_layer({9, 9}, 0)));

    rig_.eye.press_button(1);
    rig_.eye.release_button(1);
    rig_.driver.settle();

    const auto pressed = std::ranges::find(heard().input, Kind::ButtonDown, &InputEvent::kind);
    ASSERT_NE(pressed, heard().input.end());
    EXPECT_TRUE(pressed->is_outside);
}

TEST_F(X11GrabTest, AnOverlayLetsThePointerThrough) {
    ASSERT_TRUE(rig_.presenter->show_layer(Layer::Overlay, test::plain_layer({60, 60}, 0)));
    rig_.driver.settle();
    heard().input.clear();

    rig_.eye.move_pointer(33, 44);
    rig_.eye.press_button(1);
    rig_.eye.release_button(1);
    rig_.driver.settle();

    const auto pressed = std::ranges::find(heard().input, Kind::ButtonDown, &InputEvent::kind);
    ASSERT_NE(pressed, heard().input.end());
    EXPECT_FALSE(pressed->is_outside);
    const InputEvent& motion = heard().input.front();
    EXPECT_EQ(motion.kind, Kind::Motion);
    EXPECT_EQ(motion.x, 33);
    EXPECT_EQ(motion.y, 44);
    EXPECT_EQ(rig_.eye.pointer(), std::make_pair(33, 44));
}

TEST_F(X11GrabTest, HoldsBothAndGivesBothBack) {
    EXPECT_TRUE(rig_.eye.can_grab());

    set_grab(kConfined);
    EXPECT_FALSE(rig_.eye.grab_keyboard());
    EXPECT_FALSE(rig_.eye.grab_pointer());
    EXPECT_TRUE(has_focus());

    set_grab({});
    EXPECT_TRUE(rig_.eye.can_grab());
    EXPECT_TRUE(heard().grab_losses.empty());
}

TEST_F(X11GrabTest, ConfinesThePointerToTheWindow) {
    set_grab(kConfined);

    rig_.eye.move_mouse(600, 400);
    EXPECT_EQ(rig_.eye.pointer(), (std::pair{159, 89}));
    rig_.driver.settle();
    EXPECT_EQ(heard().input.back().x, 159);
    EXPECT_EQ(heard().input.back().y, 89);

    set_grab({});
    rig_.eye.move_mouse(600, 400);
    EXPECT_EQ(rig_.eye.pointer(), (std::pair{600, 400}));
}

TEST_F(X11GrabTest, LocksThePointerAndTellsExactSums) {
    set_grab(kRelative);
    int x = 0;
    int y = 0;
    for (int i = 0; i < 5'000; ++i) {
        const int step_x = (i * 37) % 61 - 30;
        const int step_y = (i * 53) % 41 - 19;
        rig_.eye.queue_mouse_motion(step_x, step_y);
        x += step_x;
        y += step_y;
    }
    rig_.eye.sync();
    rig_.driver.run_until(
        [&] { return sum(Kind::RelativeMotion) == std::pair<double, double>(x, y); });

    EXPECT_EQ(sum(Kind::RelativeMotion), (std::pair<double, double>(x, y)));
    EXPECT_EQ(rig_.eye.pointer(), (std::pair{80, 45}));
    EXPECT_EQ(std::ranges::count(heard().input, Kind::Motion, &InputEvent::kind), 0);
}

TEST_F(X11GrabTest, GoesOnPastTheEdgesOfTheScreen) {
    set_grab(kRelative);

    for (int i = 0; i < 10; ++i) {
        rig_.eye.queue_mouse_motion(1000, -1000);
    }
    rig_.eye.sync();
    rig_.driver.settle();

    EXPECT_EQ(sum(Kind::RelativeMotion), (std::pair{10'000.0, -10'000.0}));
}

TEST_F(X11GrabTest, TellsMotionOfTheMouseOnlyWhileItIsLocked) {
    rig_.eye.queue_mouse_motion(3, 3);
    rig_.eye.sync();
    rig_.driver.settle();
    EXPECT_EQ(sum(Kind::RelativeMotion), (std::pair{0.0, 0.0}));

    set_grab(kRelative);
    set_grab(kConfined);
    rig_.eye.queue_mouse_motion(3, 3);
    rig_.eye.sync();
    rig_.driver.settle();

    EXPECT_EQ(sum(Kind::RelativeMotion), (std::pair{0.0, 0.0}));
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

TEST_F(X11GrabTest, TellsThatTheFocusWasTakenInEachState) {
    const xcb_window_t other = rig_.eye.open_window({300, 300, 50, 50});
    for (const Grab& grab : {Grab{}, kConfined, kRelative}) {
        rig_.eye.focus(rig_.window());
        rig_.driver.settle();
        set_grab(grab);
        ASSERT_TRUE(has_focus());

        rig_.eye.focus(other);
        rig_.driver.settle();

        EXPECT_FALSE(has_focus());
        set_grab({});
        EXPECT_TRUE(rig_.eye.can_grab());
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

TEST_F(X11GrabTest, ReadsTheLockLights) {
    EXPECT_EQ(rig_.presenter->locks(), HostLocks{});

    rig_.eye.press_key(KEY_CAPSLOCK);
    rig_.eye.release_key(KEY_CAPSLOCK);
    EXPECT_EQ(rig_.presenter->locks(), HostLocks{.caps_lock = true});
    rig_.eye.press_key(KEY_NUMLOCK);
    rig_.eye.release_key(KEY_NUMLOCK);

    EXPECT_EQ(rig_.presenter->locks(), (HostLocks{.num_lock = true, .caps_lock = true}));
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
