// SPDX-License-Identifier: MIT
// From a hand at a real X server to what the guest is told: real viewers of real regions.
#include <algorithm>
#include <csignal>
#include <cstdlib>

#include <linux/input-event-codes.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "present/x11/x11_rig.h"
#include "session/input_fixture.h"

namespace oriel::testing_support {
namespace {

using Keys = std::vector<RecordingSink::KeyEvent>;

InputState lost(PointerMode pointer) {
    return {.link = InputState::Link::Lost,
            .pointer = pointer,
            .leds = {},
            .reason = "the virtual machine is gone"};
}

/// The guest's pixel under the middle of the window's, by fractions; the window's outermost pixels
/// are the guest's.
std::uint32_t pixel_under(std::uint32_t at, std::uint32_t window, std::uint32_t picture) {
    if (at == 0 || at == window - 1) {
        return at == 0 ? 0 : picture - 1;
    }
    return (2 * at + 1) * picture / (2 * window);
}

class ClickTest : public InputTest, public testing::WithParamInterface<Size> {};

TEST_P(ClickTest, LandsOnTheGuestsPixel) {
    const Size size = GetParam();
    Station& station = start(PointerMode::Absolute, size);
    const Size picture = Station::kPicture;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> places = {
        {0, 0}, {size.width - 1, 0}, {0, size.height - 1}, {size.width - 1, size.height - 1}};
    for (std::uint32_t i = 1; i < 60; ++i) {
        places.emplace_back(i * 7919 % size.width, i * 6007 % size.height);
    }

    for (const auto& [x, y] : places) {
        station.sink().positions.clear();
        station.sink().keys.clear();
        eye_.move_mouse(static_cast<int>(x), static_cast<int>(y));
        eye_.press_button(1);
        eye_.release_button(1);
        ASSERT_TRUE(run_until([&] { return station.sink().keys.size() == 2; }));

        const RecordingSink::Position expected{pixel_under(x, size.width, picture.width),
                                               pixel_under(y, size.height, picture.height),
                                               picture};
        ASSERT_EQ(station.sink().positions.back(), expected) << "at " << x << ", " << y;
        ASSERT_EQ(station.sink().keys, (Keys{{BTN_LEFT, Press::Down}, {BTN_LEFT, Press::Up}}));
    }
}

INSTANTIATE_TEST_SUITE_P(AtScale,
                         ClickTest,
                         testing::Values(Size{640, 480}, Size{960, 720}, Size{480, 360}),
                         [](const auto& made) {
                             return "Of" + std::to_string(made.param.width) + "To640";
                         });

TEST_F(InputTest, ClicksBesideThePictureAreNobodys) {
    Station& station = start(PointerMode::Absolute, Size{800, 480});

    eye_.move_mouse(79, 100);
    click();
    eye_.move_mouse(720, 100);
    click();
    EXPECT_TRUE(station.sink().keys.empty());

    eye_.move_mouse(80, 100);
    click();
    EXPECT_EQ(station.sink().positions.back(),
              (RecordingSink::Position{0, 100, Station::kPicture}));
    EXPECT_EQ(station.sink().keys.size(), 2U);
}

TEST_F(InputTest, ADragGoesOnBesideTheWindowAndEndsThere) {
    Station& station = start(PointerMode::Absolute);
    eye_.move_mouse(100, 100);
    eye_.press_button(1);
    eye_.move_mouse(1000, 900);
    eye_.release_button(1);
    settle();

    EXPECT_EQ(station.sink().positions.back(),
              (RecordingSink::Position{639, 479, Station::kPicture}));
    EXPECT_TRUE(station.sink().down.empty());
}

TEST_F(InputTest, TypesAndTurnsTheWheel) {
    Station& station = start(PointerMode::Absolute);
    eye_.move_mouse(100, 100);

    eye_.press_key(KEY_LEFTSHIFT);
    tap(KEY_A);
    eye_.release_key(KEY_LEFTSHIFT);
    click(4);
    click(4);
    click(7);

    EXPECT_EQ(station.sink().keys,
              (Keys{{KEY_LEFTSHIFT, Press::Down},
                    {KEY_A, Press::Down},
                    {KEY_A, Press::Up},
                    {KEY_LEFTSHIFT, Press::Up}}));
    EXPECT_EQ(station.sink().scrolled_y, 2);
    EXPECT_EQ(station.sink().scrolled_x, 1);
}

TEST_F(InputTest, SumsOfAMouseAreExact) {
    Station& station = start(PointerMode::Relative);
    eye_.move_mouse(100, 100);
    click();
    EXPECT_TRUE(title().ends_with(" (Right Ctrl releases)")) << title();

    std::int64_t x = 0;
    std::int64_t y = 0;
    for (int i = 0; i < 10'000; ++i) {
        const int step_x = (i * 31) % 47 - 20;
        const int step_y = (i * 17) % 29 - 14;
        eye_.queue_mouse_motion(step_x, step_y);
        x += step_x;
        y += step_y;
        if (i % 100 == 0) {
            eye_.sync();
            ASSERT_TRUE(loop_.run_once(Nanoseconds(0)));
        }
    }
    eye_.sync();
    run_until([&] { return station.sink().moved_x == x && station.sink().moved_y == y; });
    tap(KEY_RIGHTCTRL);

    EXPECT_EQ(station.sink().moved_x, x);
    EXPECT_EQ(station.sink().moved_y, y);
    EXPECT_TRUE(station.sink().keys.empty());
    EXPECT_FALSE(title().contains("releases")) << title();
    EXPECT_TRUE(eye_.can_grab());
}

TEST_F(InputTest, TheHostKeyTakesTheDisplayAndGivesItBack) {
    Station& station = start(PointerMode::Absolute);

    tap(KEY_RIGHTCTRL);
    EXPECT_FALSE(eye_.grab_keyboard());
    EXPECT_FALSE(eye_.grab_pointer());
    tap(KEY_B);
    tap(KEY_RIGHTCTRL);

    EXPECT_TRUE(eye_.can_grab());
    EXPECT_EQ(station.sink().keys, (Keys{{KEY_B, Press::Down}, {KEY_B, Press::Up}}));
}

TEST_F(InputTest, HostCommandsAreNotTheGuests) {
    Station& station = start(PointerMode::Absolute);

    eye_.press_key(KEY_RIGHTCTRL);
    tap(KEY_F);
    EXPECT_FALSE(loop_.is_stopped());
    tap(KEY_Q);
    eye_.release_key(KEY_RIGHTCTRL);
    settle();

    EXPECT_TRUE(loop_.is_stopped());
    EXPECT_TRUE(station.sink().keys.empty());
}

TEST_F(InputTest, AChordTogglesUnseenAndItsKeysAreTheGuestsOtherwise) {
    Station& station = start(PointerMode::Absolute, {}, HostKey::parse("ctrl+alt").value());

    eye_.press_key(KEY_LEFTCTRL);
    tap(KEY_LEFTALT);
    eye_.release_key(KEY_LEFTCTRL);
    settle();
    EXPECT_TRUE(title().ends_with("(Ctrl+Alt releases)")) << title();
    EXPECT_TRUE(station.sink().keys.empty());

    // Held for something else than a chord: late, but there.
    eye_.press_key(KEY_LEFTCTRL);
    EXPECT_TRUE(run_until([&] { return station.sink().down.contains(KEY_LEFTCTRL); }));
    eye_.release_key(KEY_LEFTCTRL);
    settle();
    EXPECT_TRUE(station.sink().down.empty());

    station.sink().keys.clear();
    eye_.press_key(KEY_LEFTCTRL);
    eye_.press_key(KEY_LEFTALT);
    tap(KEY_DELETE);
    eye_.release_key(KEY_LEFTALT);
    eye_.release_key(KEY_LEFTCTRL);
    settle();
    EXPECT_EQ(station.sink().keys,
              (Keys{{KEY_LEFTCTRL, Press::Down},
                    {KEY_LEFTALT, Press::Down},
                    {KEY_DELETE, Press::Down},
                    {KEY_DELETE, Press::Up},
                    {KEY_LEFTALT, Press::Up},
                    {KEY_LEFTCTRL, Press::Up}}));
    EXPECT_TRUE(title().contains("releases"));
}

TEST_F(InputTest, FullScreenKeepsTheGrab) {
    for (const PointerMode pointer : {PointerMode::Absolute, PointerMode::Relative}) {
        Station& station = start(pointer);
        const std::size_t number = stations_.size() - 1;
        tap(KEY_RIGHTCTRL);
        eye_.press_key(KEY_RIGHTCTRL);
        tap(KEY_F);
        tap(KEY_F);
        eye_.release_key(KEY_RIGHTCTRL);
        settle();

        EXPECT_TRUE(title(number).contains("releases")) << title(number);
        EXPECT_FALSE(eye_.grab_keyboard());
        EXPECT_FALSE(eye_.grab_pointer());
        eye_.queue_mouse_motion(4, 4);
        eye_.sync();
        settle();
        EXPECT_EQ(station.sink().moved_x, pointer == PointerMode::Relative ? 4 : 0);
        tap(KEY_RIGHTCTRL);
    }
}

/// Free, confined, locked, the keyboard alone: each way the window may be left.
class EachState : public InputTest,
                  public testing::WithParamInterface<std::pair<PointerMode, bool>> {
  protected:
    Station& start_in_state() {
        const auto [pointer, is_grabbed] = GetParam();
        Station& station = start(pointer);
        eye_.move_mouse(200, 200);
        if (is_grabbed) {
            tap(KEY_RIGHTCTRL);
            EXPECT_FALSE(eye_.grab_keyboard());
        }
        eye_.press_key(KEY_A);
        eye_.press_key(KEY_LEFTALT);
        eye_.press_button(3);
        settle();
        EXPECT_GE(station.sink().down.size(), 2U);
        return station;
    }

    void let_go() {
        eye_.release_key(KEY_A);
        eye_.release_key(KEY_LEFTALT);
        eye_.release_button(3);
        settle();
    }
};

TEST_P(EachState, EverythingIsGivenBackWhenAnotherWindowTakesTheFocus) {
    Station& station = start_in_state();
    const xcb_window_t other = eye_.open_window({1400, 900, 50, 50});

    eye_.focus(other);
    settle();

    EXPECT_TRUE(station.sink().down.empty());
    EXPECT_FALSE(title().contains("releases"));
    let_go();
    EXPECT_TRUE(eye_.can_grab());
    eye_.focus(window());
    tap(KEY_C);
    EXPECT_EQ(station.sink().keys.back(), (RecordingSink::KeyEvent{KEY_C, Press::Up}));
    EXPECT_TRUE(station.sink().down.empty());
}

TEST_P(EachState, EverythingIsGivenBackWhenTheGuestIsLost) {
    Station& station = start_in_state();

    station.sink().become(lost(GetParam().first));
    settle();

    EXPECT_TRUE(station.sink().down.empty());
    EXPECT_TRUE(title().ends_with("(the virtual machine is gone)")) << title();
    let_go();
    EXPECT_TRUE(eye_.can_grab());
}

TEST_P(EachState, EverythingIsGivenBackWhenTheWindowIsHidden) {
    Station& station = start_in_state();

    eye_.open_window({0, 0, 1600, 1000});
    settle();

    EXPECT_TRUE(station.sink().down.empty());
    let_go();
    EXPECT_TRUE(eye_.can_grab());
}

TEST_P(EachState, EverythingIsGivenBackWhenTheWindowIsUnmapped) {
    Station& station = start_in_state();

    xcb_unmap_window(eye_.connection(), window());
    eye_.sync();
    settle();

    EXPECT_TRUE(station.sink().down.empty());
    let_go();
    EXPECT_TRUE(eye_.can_grab());
}

TEST_P(EachState, EverythingIsGivenBackAtTheEnd) {
    Station& station = start_in_state();

    eye_.press_key(KEY_RIGHTCTRL);
    eye_.press_key(KEY_Q);
    settle();

    EXPECT_TRUE(loop_.is_stopped());
    EXPECT_TRUE(station.sink().down.empty());
    eye_.release_key(KEY_Q);
    eye_.release_key(KEY_RIGHTCTRL);
    let_go();
    EXPECT_TRUE(eye_.can_grab());
}

INSTANTIATE_TEST_SUITE_P(Input,
                         EachState,
                         testing::Values(std::pair{PointerMode::Absolute, false},
                                         std::pair{PointerMode::Absolute, true},
                                         std::pair{PointerMode::Relative, true},
                                         std::pair{PointerMode::None, true}));

TEST_F(InputTest, AGrabThatAnotherProgramHasIsSaidInTheTitle) {
    start(PointerMode::Absolute);
    ASSERT_TRUE(eye_.grab_pointer());

    tap(KEY_RIGHTCTRL);

    EXPECT_TRUE(title().contains("another program holds it")) << title();
    eye_.end_grabs();
    EXPECT_TRUE(eye_.can_grab());
    tap(KEY_RIGHTCTRL);
    EXPECT_TRUE(title().contains("Right Ctrl releases")) << title();
    tap(KEY_RIGHTCTRL);
}

TEST_F(InputTest, TwoViewersKeepTheirGrabsApart) {
    Station& left = start(PointerMode::Relative);
    Station& right = start(PointerMode::Absolute);

    eye_.move_mouse(800, 100);
    tap(KEY_RIGHTCTRL);
    tap(KEY_R);
    EXPECT_TRUE(title(1).contains("releases"));
    EXPECT_FALSE(title(0).contains("releases"));
    eye_.move_mouse(10, 10);
    EXPECT_EQ(eye_.pointer().first, 700);
    tap(KEY_RIGHTCTRL);

    eye_.focus(window(0));
    eye_.move_mouse(100, 100);
    click();
    tap(KEY_L);
    eye_.queue_mouse_motion(900, 3);
    eye_.sync();
    settle();
    EXPECT_TRUE(title(0).contains("releases"));
    EXPECT_FALSE(title(1).contains("releases"));

    EXPECT_EQ(left.sink().keys, (Keys{{KEY_L, Press::Down}, {KEY_L, Press::Up}}));
    EXPECT_EQ(right.sink().keys, (Keys{{KEY_R, Press::Down}, {KEY_R, Press::Up}}));
    EXPECT_EQ(left.sink().moved_x, 900);
    EXPECT_EQ(right.sink().moved_x, 0);

    // The other one takes the focus while this one holds everything.
    eye_.focus(window(1));
    settle();
    EXPECT_TRUE(eye_.can_grab());
    EXPECT_FALSE(title(0).contains("releases"));
}

TEST_F(InputTest, LockLightsAreTheHostsOnceTheWindowHasTheKeyboard) {
    Station& station = start(PointerMode::Absolute);
    const auto tell_leds = [&](LockLeds leds) {
        InputState state = ready(PointerMode::Absolute);
        state.leds = leds;
        station.sink().become(state);
        settle();
    };
    tell_leds({});
    const xcb_window_t other = eye_.open_window({1400, 900, 50, 50});
    eye_.focus(other);
    tap(KEY_CAPSLOCK);
    EXPECT_TRUE(station.sink().keys.empty());

    eye_.focus(window());
    settle();
    EXPECT_EQ(station.sink().keys, (Keys{{KEY_CAPSLOCK, Press::Down}, {KEY_CAPSLOCK, Press::Up}}));

    tell_leds({.caps_lock = true});
    eye_.focus(other);
    settle();
    eye_.focus(window());
    settle();
    EXPECT_EQ(station.sink().keys.size(), 2U);
}

TEST_F(InputTest, HoldsItsGrabUnderAWindowManagerUntilAnotherWindowIsOpened) {
    const auto manager = test::WindowManager::start(server_, eye_);
    if (!manager) {
        GTEST_SKIP() << "openbox is not installed";
    }
    Station& station = start(PointerMode::Relative);
    tap(KEY_RIGHTCTRL);
    eye_.press_key(KEY_LEFTALT);
    tap(KEY_TAB);
    eye_.release_key(KEY_LEFTALT);
    settle();
    EXPECT_EQ(station.sink().keys,
              (Keys{{KEY_LEFTALT, Press::Down},
                    {KEY_TAB, Press::Down},
                    {KEY_TAB, Press::Up},
                    {KEY_LEFTALT, Press::Up}}));
    EXPECT_TRUE(title().contains("releases"));

    const xcb_window_t other = xcb_generate_id(eye_.connection());
    xcb_create_window(eye_.connection(),
                      XCB_COPY_FROM_PARENT,
                      other,
                      eye_.root(),
                      0,
                      0,
                      64,
                      64,
                      0,
                      XCB_WINDOW_CLASS_INPUT_OUTPUT,
                      XCB_COPY_FROM_PARENT,
                      0,
                      nullptr);
    xcb_map_window(eye_.connection(), other);
    eye_.sync();

    EXPECT_TRUE(run_until([&] { return !title().contains("releases"); }));
    EXPECT_TRUE(eye_.can_grab());
}

TEST_F(InputTest, AGrabSaysForAWhileHowItEnds) {
    constexpr std::uint32_t kOverlayColour = 0x14171B;
    start(PointerMode::Absolute);
    const auto has_hint = [&] {
        return eye_.look_at(window(), {2, 2, 1, 1}).front() == kOverlayColour;
    };

    tap(KEY_RIGHTCTRL);
    EXPECT_TRUE(run_until(has_hint));
    EXPECT_TRUE(run_until([&] { return !has_hint(); }));
    EXPECT_TRUE(title().contains("releases"));

    tap(KEY_RIGHTCTRL);
    tap(KEY_RIGHTCTRL);
    EXPECT_TRUE(run_until(has_hint));
    tap(KEY_RIGHTCTRL);
    EXPECT_FALSE(has_hint());
}

TEST_F(InputTest, AKilledViewersGrabIsGone) {
    Station& station = start(PointerMode::Absolute);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execl(ORIEL_RECORDING_VIEWER,
              "recording_viewer",
              station.target().text().c_str(),
              "x11",
              static_cast<char*>(nullptr));
        _exit(127);
    }
    ASSERT_TRUE(run_until([&] { return viewer_windows(eye_).size() == 2; }));
    // Its picture comes from the same agent, in this loop.
    const bool is_grabbed = run_until([&] {
        eye_.focus(window(1));
        tap(KEY_RIGHTCTRL);
        return title(1).contains("releases");
    });
    EXPECT_TRUE(is_grabbed);
    EXPECT_FALSE(eye_.grab_keyboard());
    EXPECT_FALSE(eye_.grab_pointer());

    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);

    EXPECT_TRUE(run_until([&] { return eye_.can_grab(); }));
}

}  // namespace
}  // namespace oriel::testing_support
