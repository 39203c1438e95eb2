// SPDX-License-Identifier: MIT
// What every presenter with a window promises of keyboard, pointer and grabs, asked of each on a
// real display, with a second client as the person's hand.
#include <algorithm>
#include <functional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

#include "present/input_stage.h"
#include "wayland/compositor.h"

namespace oriel {
namespace {

using test::InputStage;
using Kind = InputEvent::Kind;

constexpr Size kSize = InputStage::kPicture;
constexpr Grab kKeyboard{Grab::Keyboard::Taken, Grab::Pointer::Free};
constexpr Grab kConfined{Grab::Keyboard::Taken, Grab::Pointer::Confined};
constexpr Grab kRelative{Grab::Keyboard::Taken, Grab::Pointer::Relative};

struct Display {
    std::string name;
    std::function<std::unique_ptr<InputStage>()> make;
};

void PrintTo(const Display& display, std::ostream* out) {  // NOLINT(readability-identifier-naming)
    *out << display.name;
}

/// A window that is shown and has the focus, the pointer in it.
class EveryInput : public testing::TestWithParam<Display> {
  protected:
    void SetUp() override {
        stage_ = GetParam().make();
        if (!stage_) {
            GTEST_SKIP() << test::Compositor::why_no_desktops();
        }
        ASSERT_TRUE(driver().run_until([this] { return has_focus(); }));
        driver().settle();
        heard().input.clear();
    }

    Presenter& presenter() { return stage_->presenter(); }

    test::Driver& driver() { return stage_->driver(); }

    test::RecordingListener& heard() { return driver().heard; }

    void set_grab(const Grab& grab) {
        presenter().set_grab(grab);
        driver().settle();
    }

    bool has_focus() { return !heard().focus.empty() && heard().focus.back(); }

    void tap(std::uint32_t key) {
        stage_->press_key(key);
        stage_->release_key(key);
    }

    void click(std::uint32_t button = BTN_LEFT) {
        stage_->press_button(button);
        stage_->release_button(button);
    }

    std::vector<std::uint32_t> codes(Kind kind) {
        std::vector<std::uint32_t> codes;
        for (const InputEvent& event : heard().input) {
            if (event.kind == kind) {
                codes.push_back(event.code);
            }
        }
        return codes;
    }

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

    std::unique_ptr<InputStage> stage_;
};

TEST_P(EveryInput, TellsKeysOfTheHandAsEvdevCodes) {
    const std::vector<std::uint32_t> pressed{
        KEY_ESC, KEY_102ND, KEY_PAUSE, KEY_SYSRQ, KEY_RIGHTCTRL};
    for (const std::uint32_t code : pressed) {
        tap(code);
    }
    driver().settle();

    EXPECT_EQ(codes(Kind::KeyDown), pressed);
    EXPECT_EQ(codes(Kind::KeyUp), pressed);
}

TEST_P(EveryInput, TellsAKeyHeldDownOnce) {
    stage_->press_key(KEY_A);
    // Displays repeat after 660 ms at the latest, 25 times a second.
    driver().run_until([until = monotonic_now() + std::chrono::milliseconds(1000)] {
        return monotonic_now() > until;
    });
    stage_->release_key(KEY_A);
    driver().settle();

    EXPECT_EQ(codes(Kind::KeyDown), (std::vector<std::uint32_t>{KEY_A}));
    EXPECT_EQ(codes(Kind::KeyUp), (std::vector<std::uint32_t>{KEY_A}));
}

TEST_P(EveryInput, TellsFiveButtons) {
    const std::vector<std::uint32_t> pressed{BTN_LEFT, BTN_MIDDLE, BTN_RIGHT, BTN_SIDE, BTN_EXTRA};
    for (const std::uint32_t button : pressed) {
        click(button);
    }
    driver().settle();

    EXPECT_EQ(codes(Kind::ButtonDown), pressed);
    EXPECT_EQ(codes(Kind::ButtonUp), pressed);
    EXPECT_TRUE(std::ranges::none_of(heard().input, &InputEvent::is_outside));
}

TEST_P(EveryInput, TellsNotchesOfTheWheelInFourWays) {
    stage_->turn_wheel(0, 3);
    stage_->turn_wheel(0, -1);
    stage_->turn_wheel(-1, 0);
    stage_->turn_wheel(2, 0);
    driver().settle();

    EXPECT_EQ(sum(Kind::Scroll), (std::pair{1.0, 2.0}));
}

TEST_P(EveryInput, TellsWhereAClickIs) {
    stage_->move_to(33, 44);
    click();
    driver().settle();

    ASSERT_EQ(codes(Kind::ButtonDown).size(), 1U);
    const auto pressed = std::ranges::find(heard().input, Kind::ButtonDown, &InputEvent::kind);
    ASSERT_NE(pressed, heard().input.begin());
    const InputEvent& motion = *(pressed - 1);
    EXPECT_EQ(motion.kind, Kind::Motion);
    EXPECT_EQ(motion.x, 33);
    EXPECT_EQ(motion.y, 44);
    EXPECT_EQ(motion.picture, kSize);
    EXPECT_FALSE(motion.is_outside);
}

TEST_P(EveryInput, ButtonsOverAMessageAreOutside) {
    ASSERT_TRUE(presenter().show_layer(Layer::Message, test::plain_layer({9, 9}, 0)));

    click();
    driver().settle();

    const auto pressed = std::ranges::find(heard().input, Kind::ButtonDown, &InputEvent::kind);
    ASSERT_NE(pressed, heard().input.end());
    EXPECT_TRUE(pressed->is_outside);
}

TEST_P(EveryInput, AnOverlayLetsThePointerThrough) {
    ASSERT_TRUE(presenter().show_layer(Layer::Overlay, test::plain_layer({60, 60}, 0)));
    driver().settle();
    heard().input.clear();

    stage_->move_to(33, 44);
    click();
    driver().settle();

    const auto pressed = std::ranges::find(heard().input, Kind::ButtonDown, &InputEvent::kind);
    ASSERT_NE(pressed, heard().input.end());
    EXPECT_FALSE(pressed->is_outside);
    EXPECT_EQ(heard().input.front().x, 33);
    EXPECT_EQ(heard().input.front().y, 44);
}

TEST_P(EveryInput, ADragGoesOnBesideTheWindowAndEndsThere) {
    stage_->move_to(100, 50);
    stage_->press_button(BTN_LEFT);
    stage_->move_to(400, 300);
    stage_->release_button(BTN_LEFT);
    driver().settle();

    EXPECT_EQ(codes(Kind::ButtonUp), (std::vector<std::uint32_t>{BTN_LEFT}));
    const auto motion = std::find_if(heard().input.rbegin(),
                                     heard().input.rend(),
                                     [](const auto& e) { return e.kind == Kind::Motion; });
    EXPECT_EQ(motion->x, kSize.width - 1);
    EXPECT_EQ(motion->y, kSize.height - 1);
}

TEST_P(EveryInput, HoldsTheKeyboardAndGivesItBack) {
    for (const Grab& grab : {kKeyboard, kConfined, kRelative}) {
        EXPECT_TRUE(stage_->is_keyboard_free());
        stage_->focus_window();
        driver().settle();

        set_grab(grab);
        if (!stage_->lacks().shortcut_grab) {
            EXPECT_FALSE(stage_->is_keyboard_free());
            EXPECT_EQ(heard().grab_limit, "");
        }
        EXPECT_TRUE(has_focus());
        set_grab({});
    }
    EXPECT_TRUE(stage_->is_keyboard_free());
    EXPECT_TRUE(heard().grab_losses.empty());
}

TEST_P(EveryInput, SaysWhereTheDisplayKeepsItsShortcuts) {
    set_grab(kKeyboard);

    EXPECT_EQ(heard().grab_limit.empty(), !stage_->lacks().shortcut_grab) << heard().grab_limit;
    EXPECT_TRUE(heard().grab_losses.empty());
    set_grab({});
    EXPECT_EQ(heard().grab_limit, "");
}

TEST_P(EveryInput, ConfinesThePointerToTheWindow) {
    EXPECT_TRUE(stage_->is_pointer_free());
    set_grab(kConfined);
    heard().input.clear();

    for (int i = 0; i < 10; ++i) {
        stage_->queue_motion(60, 40);
    }
    // KWin takes no motion that would end outside: it gets to the edge by small ones.
    for (int i = 0; i < 60; ++i) {
        stage_->queue_motion(1, 1);
    }
    stage_->sync();
    driver().settle();
    ASSERT_FALSE(heard().input.empty());
    EXPECT_EQ(heard().input.back().x, kSize.width - 1);
    EXPECT_EQ(heard().input.back().y, kSize.height - 1);
    EXPECT_FALSE(heard().input.back().is_outside);

    set_grab({});
    EXPECT_TRUE(stage_->is_pointer_free());
}

TEST_P(EveryInput, LocksThePointerAndTellsExactSums) {
    set_grab(kRelative);
    heard().input.clear();
    int x = 0;
    int y = 0;
    for (int i = 0; i < 5'000; ++i) {
        // Around where it is, for a display whose mouse ends at the screen's edges.
        const int step_x = (i % 2 == 0 ? 1 : -1) * ((i * 37) % 61);
        const int step_y = (i % 2 == 0 ? 1 : -1) * ((i * 53) % 41);
        stage_->queue_motion(step_x, step_y);
        x += step_x;
        y += step_y;
        if (i % 100 == 0) {
            stage_->sync();
            ASSERT_TRUE(presenter().dispatch(heard()));
        }
    }
    stage_->sync();
    driver().run_until(
        [&] { return sum(Kind::RelativeMotion) == std::pair<double, double>(x, y); });

    EXPECT_EQ(sum(Kind::RelativeMotion), (std::pair<double, double>(x, y)));
    EXPECT_EQ(std::ranges::count(heard().input, Kind::Motion, &InputEvent::kind), 0);
    EXPECT_TRUE(heard().grab_losses.empty());
    set_grab({});
    EXPECT_TRUE(stage_->is_pointer_free());
}

TEST_P(EveryInput, GoesOnPastTheEdgesOfTheScreen) {
    if (stage_->lacks().motion_past_edges) {
        GTEST_SKIP() << "this display's mouse ends there";
    }
    set_grab(kRelative);

    for (int i = 0; i < 10; ++i) {
        stage_->queue_motion(1000, -1000);
    }
    stage_->sync();
    driver().settle();

    EXPECT_EQ(sum(Kind::RelativeMotion), (std::pair{10'000.0, -10'000.0}));
}

TEST_P(EveryInput, ButtonsAndWheelOfALockedPointerAreNotOutside) {
    set_grab(kRelative);
    heard().input.clear();

    click(BTN_RIGHT);
    stage_->turn_wheel(0, 1);
    driver().settle();

    EXPECT_EQ(codes(Kind::ButtonDown), (std::vector<std::uint32_t>{BTN_RIGHT}));
    EXPECT_EQ(sum(Kind::Scroll), (std::pair{0.0, 1.0}));
    EXPECT_TRUE(std::ranges::none_of(heard().input, &InputEvent::is_outside));
}

TEST_P(EveryInput, TellsMotionOfTheMouseOnlyWhileItIsLocked) {
    const auto move = [this] {
        stage_->queue_motion(3, 3);
        stage_->sync();
        driver().settle();
    };
    move();
    EXPECT_EQ(sum(Kind::RelativeMotion), (std::pair{0.0, 0.0}));

    set_grab(kRelative);
    set_grab(kConfined);
    move();

    EXPECT_EQ(sum(Kind::RelativeMotion), (std::pair{0.0, 0.0}));
}

TEST_P(EveryInput, TellsThatTheFocusWasTakenInEachState) {
    for (const Grab& grab : {Grab{}, kKeyboard, kConfined, kRelative}) {
        stage_->focus_window();
        ASSERT_TRUE(driver().run_until([this] { return has_focus(); }));
        stage_->move_to(80, 45);
        driver().settle();
        set_grab(grab);
        ASSERT_TRUE(has_focus());

        stage_->focus_other();
        driver().settle();

        EXPECT_FALSE(has_focus());
        set_grab({});
        EXPECT_TRUE(stage_->is_keyboard_free());
        EXPECT_TRUE(stage_->is_pointer_free());
    }
}

TEST_P(EveryInput, TellsNoReleaseOfWhatWasPressedElsewhere) {
    stage_->focus_other();
    driver().settle();
    heard().input.clear();
    stage_->press_key(KEY_A);
    stage_->focus_window();
    driver().settle();
    stage_->release_key(KEY_A);
    tap(KEY_B);
    driver().settle();

    EXPECT_EQ(codes(Kind::KeyDown), (std::vector<std::uint32_t>{KEY_B}));
    EXPECT_EQ(codes(Kind::KeyUp), (std::vector<std::uint32_t>{KEY_B}));
}

TEST_P(EveryInput, GoesFromEachGrabToEachOther) {
    const Grab grabs[] = {Grab{}, kKeyboard, kConfined, kRelative};
    for (const Grab& from : grabs) {
        for (const Grab& to : grabs) {
            set_grab(from);
            set_grab(to);
            heard().input.clear();
            stage_->queue_motion(2, 1);
            stage_->queue_motion(-2, -1);
            stage_->queue_motion(1, 0);
            stage_->sync();
            driver().settle();

            const bool is_locked = to == kRelative;
            EXPECT_EQ(sum(Kind::RelativeMotion).first, is_locked ? 1 : 0);
            EXPECT_EQ(std::ranges::count(heard().input, Kind::Motion, &InputEvent::kind) > 0,
                      !is_locked);
        }
    }
    EXPECT_TRUE(heard().grab_losses.empty());
}

TEST_P(EveryInput, ReadsTheLockLights) {
    EXPECT_EQ(presenter().locks(), HostLocks{});

    tap(KEY_CAPSLOCK);
    driver().settle();
    EXPECT_EQ(presenter().locks(), HostLocks{.caps_lock = true});
    tap(KEY_NUMLOCK);
    driver().settle();

    EXPECT_EQ(presenter().locks(), (HostLocks{.num_lock = true, .caps_lock = true}));
}

INSTANTIATE_TEST_SUITE_P(Displays,
                         EveryInput,
                         testing::Values(Display{"X11", test::make_x11_stage},
                                         Display{"Sway", test::make_sway_stage},
                                         Display{"Weston", test::make_weston_stage},
                                         Display{"WestonWithoutFrames",
                                                 test::make_frameless_weston_stage},
                                         Display{"Mutter", test::make_mutter_stage},
                                         Display{"KWin", test::make_kwin_stage}),
                         [](const auto& made) { return made.param.name; });

}  // namespace
}  // namespace oriel
