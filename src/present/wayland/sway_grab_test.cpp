// SPDX-License-Identifier: MIT
// What is Wayland's own about seats and grabs: devices that come and go, and compositors that
// refuse. The rest is in input_conformance_test.cpp.
#include <algorithm>
#include <optional>

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

#include "present/wayland/wayland_rig.h"
#include "wayland/hand.h"

namespace oriel {
namespace {

using test::bgrx;
using test::SwayRig;
using test::WaylandHand;
using Kind = InputEvent::Kind;

constexpr Size kSize = {160, 90};
constexpr Size kOutput = {640, 480};
constexpr Grab kKeyboard{Grab::Keyboard::Taken, Grab::Pointer::Free};
constexpr Grab kConfined{Grab::Keyboard::Taken, Grab::Pointer::Confined};
constexpr Grab kRelative{Grab::Keyboard::Taken, Grab::Pointer::Relative};

/// A window in the output's corner, and a person.
class SwayGrabTest : public testing::Test {
  protected:
    void start(const std::vector<std::string>& lines = {}, Size picture = kSize) {
        SwayRig::Options options;
        options.lines.insert(options.lines.end(), lines.begin(), lines.end());
        rig_.emplace(options);
        ASSERT_TRUE(driver().show_whole(rig_->region.frame(0, bgrx(picture))));
        hand_.emplace(WaylandHand::open(rig_->sway.display()).value());
        hand_->move_to(80, 45, kOutput);
        ASSERT_TRUE(driver().run_until([this] { return has_focus(); }));
        driver().settle();
        heard().input.clear();
        heard().focus.clear();
    }

    test::Driver& driver() { return rig_->driver; }

    Presenter& presenter() { return *rig_->presenter; }

    test::RecordingListener& heard() { return driver().heard; }

    bool has_focus() { return !heard().focus.empty() && heard().focus.back(); }

    void set_grab(const Grab& grab) {
        presenter().set_grab(grab);
        driver().settle();
    }

    std::optional<InputEvent> last(Kind kind) {
        const auto found = std::find_if(heard().input.rbegin(),
                                        heard().input.rend(),
                                        [kind](const auto& event) { return event.kind == kind; });
        return found == heard().input.rend() ? std::nullopt : std::optional(*found);
    }

    std::optional<SwayRig> rig_;
    std::optional<WaylandHand> hand_;
};

TEST_F(SwayGrabTest, ALockThatIsNotGrantedIsLostByName) {
    start({"seat * pointer_constraint disable"});

    presenter().set_grab(kRelative);
    ASSERT_TRUE(driver().run_until([this] { return !heard().grab_losses.empty(); }));

    EXPECT_NE(heard().grab_losses[0].find("does not grant it"), std::string::npos);
    EXPECT_EQ(heard().grab_losses.size(), 1U);
    EXPECT_TRUE(has_focus() || heard().focus.empty());
}

TEST_F(SwayGrabTest, AGrabStandsWithoutConfinementAndSaysSo) {
    start({"seat * pointer_constraint disable"});

    presenter().set_grab(kConfined);
    ASSERT_TRUE(driver().run_until([this] { return !heard().grab_limit.empty(); }));

    EXPECT_NE(heard().grab_limit.find("does not keep the pointer"), std::string::npos);
    EXPECT_TRUE(heard().grab_losses.empty());
    set_grab({});
    EXPECT_EQ(heard().grab_limit, "");
}

TEST_F(SwayGrabTest, AGrabStandsWhereShortcutsAreRefusedAndSaysSo) {
    start({R"(for_window [app_id="oriel"] shortcuts_inhibitor disable)",
           "bindsym Mod4+q mode acted"});

    presenter().set_grab(kKeyboard);
    ASSERT_TRUE(driver().run_until([this] { return !heard().grab_limit.empty(); }));

    EXPECT_NE(heard().grab_limit.find("did not grant"), std::string::npos);
    EXPECT_TRUE(heard().grab_losses.empty());
    hand_->press_key(KEY_X);
    hand_->release_key(KEY_X);
    driver().settle();
    EXPECT_EQ(last(Kind::KeyUp)->code, std::uint32_t{KEY_X});
}

TEST_F(SwayGrabTest, APointerThatIsElsewhereIsBroughtInToBeLocked) {
    start({"seat * pointer_constraint enable"});
    hand_->move_to(400, 400, kOutput);
    driver().settle();

    set_grab(kRelative);
    hand_->queue_motion(3, 2);
    hand_->sync();
    driver().settle();

    EXPECT_TRUE(last(Kind::RelativeMotion));
    EXPECT_TRUE(heard().grab_losses.empty());
}

TEST_F(SwayGrabTest, IsLostWithTheFocusAndDoesNotComeBack) {
    start({"seat * pointer_constraint enable", "bindsym Mod4+q mode acted"});
    for (const Grab& grab : {kKeyboard, kConfined, kRelative}) {
        heard().grab_losses.clear();
        set_grab(grab);
        ASSERT_TRUE(rig_->tell("workspace 2"));
        driver().settle();
        EXPECT_EQ(heard().grab_losses.size(), 1U);
        EXPECT_FALSE(has_focus());

        ASSERT_TRUE(rig_->tell("workspace 1"));
        ASSERT_TRUE(driver().run_until([this] { return has_focus(); }));
        hand_->move_to(80, 45, kOutput);
        driver().settle();
        heard().input.clear();
        hand_->queue_motion(5, 5);
        hand_->sync();
        driver().settle();
        EXPECT_FALSE(last(Kind::RelativeMotion));
        EXPECT_TRUE(last(Kind::Motion));
    }
}

TEST_F(SwayGrabTest, IsLostWithTheHandAndTakenByTheNext) {
    start({"seat * pointer_constraint enable"});
    set_grab(kRelative);
    hand_->press_key(KEY_A);
    hand_->press_button(BTN_LEFT);
    driver().settle();

    hand_.reset();
    ASSERT_TRUE(driver().run_until([this] { return !heard().grab_losses.empty(); }));
    EXPECT_FALSE(has_focus());

    hand_.emplace(WaylandHand::open(rig_->sway.display()).value());
    hand_->move_to(80, 45, kOutput);
    ASSERT_TRUE(driver().run_until([this] { return has_focus(); }));
    driver().settle();
    set_grab(kRelative);
    hand_->queue_motion(7, -2);
    hand_->sync();
    driver().settle();
    EXPECT_EQ(last(Kind::RelativeMotion)->x, 7);
    EXPECT_EQ(heard().grab_losses.size(), 1U);
}

TEST_F(SwayGrabTest, PutsThePointerWhereTheGuestHadItWhenItIsUnlocked) {
    start({"seat * pointer_constraint enable"});
    set_grab(kRelative);
    presenter().set_cursor_position({20, 30, CursorPosition::Visibility::Shown});
    heard().input.clear();

    set_grab({});
    hand_->queue_motion(1, 0);
    hand_->sync();
    driver().settle();

    ASSERT_TRUE(last(Kind::Motion));
    EXPECT_EQ(last(Kind::Motion)->x, 21);
    EXPECT_EQ(last(Kind::Motion)->y, 30);
}

TEST_F(SwayGrabTest, DrawsTheGuestsPointerWhereItIsWhileTheDisplaysIsLocked) {
    start({"seat * pointer_constraint enable"});
    CursorImage red{.kind = CursorKind::Colour,
                    .size = {2, 2},
                    .stride = 8,
                    .hot_x = 1,
                    .hot_y = 1,
                    .pixels = std::vector<std::byte>(16, std::byte{0})};
    for (std::size_t i = 2; i < red.pixels.size(); i += 4) {
        red.pixels[i] = red.pixels[i + 1] = std::byte{255};
    }
    presenter().set_cursor(red);
    const auto is_red_at = [this](std::uint32_t x, std::uint32_t y) {
        const auto seen = rig_->look({x - 1, y - 1, 2, 2});
        return seen.size() == 4 && std::ranges::count(seen, 0xFF0000U) == 4;
    };

    set_grab(kRelative);
    presenter().set_cursor_position({20, 30, CursorPosition::Visibility::Shown});
    EXPECT_TRUE(is_red_at(20, 30));
    presenter().set_cursor_position({120, 50, CursorPosition::Visibility::Shown});
    EXPECT_TRUE(is_red_at(120, 50));
    EXPECT_FALSE(is_red_at(20, 30));
    presenter().set_cursor_position({120, 50, CursorPosition::Visibility::Hidden});
    EXPECT_FALSE(is_red_at(120, 50));
    presenter().set_cursor_position({120, 50, CursorPosition::Visibility::Shown});
    EXPECT_TRUE(is_red_at(120, 50));
    set_grab({});
    // The display's own, which looks the same, stands there now.
    hand_->move_to(40, 80, kOutput);
    EXPECT_FALSE(is_red_at(120, 50));
}

TEST_F(SwayGrabTest, AddsATouchpadsWayUpToNotches) {
    start();
    for (int i = 0; i < 25; ++i) {
        hand_->scroll_down(1);
    }
    driver().settle();

    double notches = 0;
    for (const InputEvent& event : heard().input) {
        notches += event.kind == Kind::Scroll ? event.y : 0;
    }
    EXPECT_EQ(notches, -2);
}

TEST_F(SwayGrabTest, ReachesPixelsBetweenLogicalOnes) {
    start({"output HEADLESS-1 scale 2"}, {300, 150});
    const double scale = presenter().area().scale;
    const Size logical = {320, 240};
    for (std::uint32_t pixel = 5; pixel < 290; pixel += 7) {
        heard().input.clear();
        hand_->move_to((pixel + 0.5) / scale, 50, logical);
        driver().run_until([this] { return last(Kind::Motion).has_value(); });
        ASSERT_TRUE(last(Kind::Motion));
        EXPECT_EQ(last(Kind::Motion)->x, pixel) << scale;
    }
}

}  // namespace
}  // namespace oriel
