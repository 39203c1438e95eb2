// SPDX-License-Identifier: MIT
#include "viewer/grab_machine.h"

#include <array>

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

#include "viewer/testing/recording_sink.h"

namespace oriel {
namespace {

using Kind = InputEvent::Kind;
using testing_support::ready;
using testing_support::RecordingSink;
using Keys = std::vector<RecordingSink::KeyEvent>;

constexpr Size kPicture{640, 480};

/// A machine whose window has the focus, with a guest that has that pointer.
class GrabMachineTest : public testing::Test {
  protected:
    void SetUp() override { start(PointerMode::Absolute); }

    void TearDown() override {
        machine_->release();
        EXPECT_EQ(sink_.broken_rules, std::vector<std::string>{});
        EXPECT_TRUE(sink_.down.empty());
    }

    void start(PointerMode pointer, const HostKey& host_key = {}) {
        become(ready(pointer));
        machine_ = std::make_unique<GrabMachine>(GrabWishes{host_key}, &sink_);
        machine_->on_focus(true);
    }

    void become(InputState state) {
        sink_.become(std::move(state));
        sink_.dispatch();
        if (machine_) {
            machine_->on_sink_state();
        }
    }

    std::optional<HostCommand> down(std::uint32_t code) {
        return machine_->on_input({.kind = Kind::KeyDown, .code = code});
    }

    std::optional<HostCommand> up(std::uint32_t code) {
        return machine_->on_input({.kind = Kind::KeyUp, .code = code});
    }

    void tap_host_key() {
        down(KEY_RIGHTCTRL);
        up(KEY_RIGHTCTRL);
    }

    void press_button(std::uint32_t code, bool is_outside = false) {
        machine_->on_input({.kind = Kind::ButtonDown,
                            .code = code,
                            .picture = kPicture,
                            .is_outside = is_outside});
    }

    void release_button(std::uint32_t code) {
        machine_->on_input({.kind = Kind::ButtonUp, .code = code});
    }

    RecordingSink sink_;
    std::unique_ptr<GrabMachine> machine_;
};

TEST_F(GrabMachineTest, SendsKeysWhileTheWindowHasTheFocus) {
    down(KEY_A);
    up(KEY_A);

    EXPECT_EQ(sink_.keys, (Keys{{KEY_A, Press::Down}, {KEY_A, Press::Up}}));
    EXPECT_EQ(machine_->grab(), Grab{});
}

TEST_F(GrabMachineTest, AClickIntoThePictureAsksARefusedSinkAgain) {
    become({.link = InputState::Link::Refused,
            .pointer = PointerMode::None,
            .leds = {},
            .reason = "taken by another"});
    press_button(BTN_LEFT, /*is_outside=*/true);
    release_button(BTN_LEFT);
    EXPECT_EQ(sink_.retries, 0);

    press_button(BTN_LEFT);
    release_button(BTN_LEFT);

    EXPECT_EQ(sink_.retries, 1);
    EXPECT_TRUE(sink_.keys.empty());
    become(ready(PointerMode::Absolute));
    press_button(BTN_LEFT);
    release_button(BTN_LEFT);
    EXPECT_EQ(sink_.retries, 1);
}

TEST_F(GrabMachineTest, SendsNothingWithoutTheFocus) {
    machine_->on_focus(false);

    down(KEY_A);
    up(KEY_A);
    press_button(BTN_LEFT);
    machine_->on_input({.kind = Kind::Motion, .x = 1, .y = 1, .picture = kPicture});
    machine_->on_input({.kind = Kind::Scroll, .y = 1});

    EXPECT_TRUE(sink_.keys.empty() && sink_.positions.empty());
    EXPECT_EQ(sink_.scrolled_y, 0);
}

TEST_F(GrabMachineTest, LetsGoOfEverythingWhenTheFocusGoes) {
    tap_host_key();
    down(KEY_A);
    press_button(BTN_LEFT);

    machine_->on_focus(false);

    EXPECT_TRUE(sink_.down.empty());
    EXPECT_EQ(machine_->grab(), Grab{});
    machine_->on_focus(true);
    EXPECT_EQ(machine_->grab(), Grab{});
    up(KEY_A);
    release_button(BTN_LEFT);
}

TEST_F(GrabMachineTest, LetsGoOfEverythingWhenTheWindowIsHidden) {
    tap_host_key();
    down(KEY_A);

    machine_->on_visibility(false);

    EXPECT_TRUE(sink_.down.empty());
    EXPECT_EQ(machine_->grab(), Grab{});
}

TEST_F(GrabMachineTest, LetsGoOfEverythingWhenTheGuestCannotBeReached) {
    tap_host_key();
    down(KEY_A);

    become({.link = InputState::Link::Lost,
            .pointer = PointerMode::Absolute,
            .leds = {},
            .reason = "gone"});

    EXPECT_TRUE(sink_.down.empty());
    EXPECT_EQ(machine_->grab(), Grab{});
    down(KEY_B);
    tap_host_key();
    EXPECT_EQ(machine_->grab(), Grab{});
}

TEST_F(GrabMachineTest, LetsGoOfEverythingAtTheEnd) {
    tap_host_key();
    down(KEY_A);

    machine_->release();

    EXPECT_TRUE(sink_.down.empty());
    EXPECT_EQ(machine_->grab(), Grab{});
    down(KEY_B);
    EXPECT_TRUE(sink_.down.empty());
}

TEST_F(GrabMachineTest, TheHostKeyAloneTakesTheGrabAndGivesItBackUnseenByTheGuest) {
    tap_host_key();
    EXPECT_EQ(machine_->grab(),
              (Grab{.keyboard = Grab::Keyboard::Taken, .pointer = Grab::Pointer::Confined}));

    tap_host_key();

    EXPECT_EQ(machine_->grab(), Grab{});
    EXPECT_TRUE(sink_.keys.empty());
}

TEST_F(GrabMachineTest, TheGrabFollowsTheGuestsPointer) {
    tap_host_key();

    become(ready(PointerMode::Relative));
    EXPECT_EQ(machine_->grab().pointer, Grab::Pointer::Relative);
    become(ready(PointerMode::None));
    EXPECT_EQ(machine_->grab(),
              (Grab{.keyboard = Grab::Keyboard::Taken, .pointer = Grab::Pointer::Free}));
}

TEST_F(GrabMachineTest, KeysHeldMeanwhileStayTheGuests) {
    down(KEY_W);
    tap_host_key();
    EXPECT_EQ(sink_.down, std::set<std::uint32_t>{KEY_W});

    down(KEY_RIGHTCTRL);
    up(KEY_W);

    EXPECT_TRUE(sink_.down.empty());
    up(KEY_RIGHTCTRL);
}

TEST_F(GrabMachineTest, HostCommandsReachTheViewerAndNotTheGuest) {
    down(KEY_RIGHTCTRL);
    EXPECT_EQ(down(KEY_F), HostCommand::ToggleFullScreen);
    up(KEY_F);
    EXPECT_EQ(down(KEY_Q), HostCommand::Quit);
    up(KEY_Q);
    up(KEY_RIGHTCTRL);

    EXPECT_TRUE(sink_.keys.empty());
    EXPECT_EQ(machine_->grab(), Grab{});
}

TEST_F(GrabMachineTest, HostCommandsNeedNoGuest) {
    GrabMachine machine(GrabWishes(), nullptr);
    machine.on_focus(true);

    machine.on_input({.kind = Kind::KeyDown, .code = KEY_A});
    machine.on_input({.kind = Kind::ButtonDown, .code = BTN_LEFT});
    machine.on_input({.kind = Kind::KeyDown, .code = KEY_RIGHTCTRL});
    const auto command = machine.on_input({.kind = Kind::KeyDown, .code = KEY_Q});

    EXPECT_EQ(command, HostCommand::Quit);
    EXPECT_EQ(machine.grab(), Grab{});
}

TEST_F(GrabMachineTest, PressesFunctionKeysWithCtrlAndAlt) {
    down(KEY_RIGHTCTRL);
    down(KEY_F2);
    up(KEY_F2);
    up(KEY_RIGHTCTRL);

    EXPECT_EQ(sink_.keys,
              (Keys{{KEY_LEFTCTRL, Press::Down},
                    {KEY_LEFTALT, Press::Down},
                    {KEY_F2, Press::Down},
                    {KEY_F2, Press::Up},
                    {KEY_LEFTALT, Press::Up},
                    {KEY_LEFTCTRL, Press::Up}}));
    EXPECT_EQ(machine_->grab(), Grab{});
}

TEST_F(GrabMachineTest, PressesDeleteWithTheCtrlThatIsDownAlready) {
    down(KEY_LEFTCTRL);
    down(KEY_RIGHTCTRL);
    sink_.keys.clear();

    down(KEY_DELETE);

    EXPECT_EQ(sink_.keys,
              (Keys{{KEY_LEFTALT, Press::Down},
                    {KEY_DELETE, Press::Down},
                    {KEY_DELETE, Press::Up},
                    {KEY_LEFTALT, Press::Up}}));
    EXPECT_EQ(sink_.down, std::set<std::uint32_t>{KEY_LEFTCTRL});
}

TEST_F(GrabMachineTest, AChordHeldBackTooLongIsTheGuestsAndStillToggles) {
    start(PointerMode::Absolute, HostKey::parse("ctrl+alt").value());
    down(KEY_LEFTCTRL);
    EXPECT_TRUE(machine_->holds_keys_back());
    EXPECT_TRUE(sink_.keys.empty());

    machine_->on_patience_over();
    EXPECT_EQ(sink_.down, std::set<std::uint32_t>{KEY_LEFTCTRL});
    down(KEY_LEFTALT);
    EXPECT_TRUE(sink_.down.empty());
    up(KEY_LEFTCTRL);
    up(KEY_LEFTALT);

    EXPECT_TRUE(machine_->is_grabbed());
    EXPECT_EQ(sink_.keys, (Keys{{KEY_LEFTCTRL, Press::Down}, {KEY_LEFTCTRL, Press::Up}}));
}

TEST_F(GrabMachineTest, CtrlWithAClickArrivesInItsOrderWhereCtrlBeginsTheChord) {
    start(PointerMode::Absolute, HostKey::parse("ctrl+alt").value());

    down(KEY_LEFTCTRL);
    press_button(BTN_LEFT);

    EXPECT_EQ(sink_.keys, (Keys{{KEY_LEFTCTRL, Press::Down}, {BTN_LEFT, Press::Down}}));
}

TEST_F(GrabMachineTest, SendsPositionsToATablet) {
    machine_->on_input({.kind = Kind::Motion, .x = 17, .y = 479, .picture = kPicture});

    EXPECT_EQ(sink_.positions, (std::vector<RecordingSink::Position>{{17, 479, kPicture}}));
}

TEST_F(GrabMachineTest, IgnoresButtonsAndWheelBesideThePicture) {
    press_button(BTN_LEFT, true);
    release_button(BTN_LEFT);
    machine_->on_input({.kind = Kind::Scroll, .y = 1, .is_outside = true});

    EXPECT_TRUE(sink_.keys.empty());
    EXPECT_EQ(sink_.scrolled_y, 0);
}

TEST_F(GrabMachineTest, EndsADragBesideThePicture) {
    press_button(BTN_LEFT);
    machine_->on_input(
        {.kind = Kind::Motion, .x = 639, .y = 0, .picture = kPicture, .is_outside = true});
    release_button(BTN_LEFT);

    EXPECT_TRUE(sink_.down.empty());
    EXPECT_EQ(sink_.positions.back().x, 639U);
}

TEST_F(GrabMachineTest, TurnsTheWheel) {
    machine_->on_input({.kind = Kind::Scroll, .x = -1, .y = 2});

    EXPECT_EQ(sink_.scrolled_x, -1);
    EXPECT_EQ(sink_.scrolled_y, 2);
}

TEST_F(GrabMachineTest, AClickGrabsForAMouseAndTheGuestDoesNotSeeIt) {
    start(PointerMode::Relative);
    machine_->on_input({.kind = Kind::RelativeMotion, .x = 3, .y = 3});
    press_button(BTN_LEFT, true);
    EXPECT_EQ(machine_->grab(), Grab{});

    press_button(BTN_LEFT);
    release_button(BTN_LEFT);

    EXPECT_EQ(machine_->grab().pointer, Grab::Pointer::Relative);
    EXPECT_TRUE(sink_.keys.empty());
    machine_->on_input({.kind = Kind::RelativeMotion, .x = -5, .y = 7});
    press_button(BTN_RIGHT);
    EXPECT_EQ(sink_.moved_x, -5);
    EXPECT_EQ(sink_.moved_y, 7);
    EXPECT_EQ(sink_.down, std::set<std::uint32_t>{BTN_RIGHT});
}

TEST_F(GrabMachineTest, GivingTheGrabBackLetsGoOfButtons) {
    tap_host_key();
    press_button(BTN_LEFT);

    tap_host_key();

    EXPECT_TRUE(sink_.down.empty());
    release_button(BTN_LEFT);
    EXPECT_EQ(sink_.keys.size(), 2U);
}

TEST_F(GrabMachineTest, ARefusedGrabIsNotHeld) {
    tap_host_key();

    machine_->on_grab_lost();

    EXPECT_EQ(machine_->grab(), Grab{});
    tap_host_key();
    EXPECT_TRUE(machine_->is_grabbed());
}

TEST_F(GrabMachineTest, TapsOnlyWhatIsNotDown) {
    machine_->tap(KEY_CAPSLOCK);
    EXPECT_EQ(sink_.keys.size(), 2U);

    down(KEY_CAPSLOCK);
    machine_->tap(KEY_CAPSLOCK);

    EXPECT_EQ(sink_.down, std::set<std::uint32_t>{KEY_CAPSLOCK});
    EXPECT_EQ(sink_.keys.size(), 3U);
}

TEST_F(GrabMachineTest, IgnoresCodesThatDoNotExist) {
    down(0xFFFFFFFF);
    up(0xFFFFFFFF);

    EXPECT_TRUE(sink_.keys.empty());
}

/// A machine with a wish, in a window without the focus so far.
std::unique_ptr<GrabMachine> wishing(const GrabWishes& wishes, RecordingSink& sink) {
    sink.become(ready(PointerMode::Absolute));
    sink.dispatch();
    return std::make_unique<GrabMachine>(wishes, &sink);
}

TEST(GrabWishes, AtStartIsGrantedOnceItCanBe) {
    RecordingSink sink;
    const auto machine = wishing({.at_start = true}, sink);
    machine->on_focus(false);
    EXPECT_FALSE(machine->is_grabbed());

    machine->on_focus(true);
    EXPECT_TRUE(machine->is_grabbed());

    machine->on_focus(false);
    machine->on_focus(true);
    EXPECT_FALSE(machine->is_grabbed());
}

TEST(GrabWishes, AtFocusIsGrantedEachTimeTheWindowGetsIt) {
    RecordingSink sink;
    const auto machine = wishing({.at_focus = true}, sink);
    for (int i = 0; i < 2; ++i) {
        machine->on_focus(true);
        EXPECT_TRUE(machine->is_grabbed());
        machine->on_focus(false);
        EXPECT_FALSE(machine->is_grabbed());
    }
}

TEST(GrabWishes, AtFocusWaitsForAGuestThatCanBeReached) {
    RecordingSink sink;
    GrabMachine machine({.at_focus = true}, &sink);
    machine.on_focus(true);
    EXPECT_FALSE(machine.is_grabbed());

    sink.become(ready(PointerMode::Absolute));
    sink.dispatch();
    machine.on_sink_state();

    EXPECT_TRUE(machine.is_grabbed());
}

TEST(GrabWishes, AGrabGivenBackOrLostStaysSoUntilTheNextFocus) {
    RecordingSink sink;
    const auto machine = wishing({.at_focus = true}, sink);
    machine->on_focus(true);
    machine->on_input({.kind = Kind::KeyDown, .code = KEY_RIGHTCTRL});
    machine->on_input({.kind = Kind::KeyUp, .code = KEY_RIGHTCTRL});
    EXPECT_FALSE(machine->is_grabbed());
    machine->on_focus(true);
    EXPECT_FALSE(machine->is_grabbed());

    machine->on_focus(false);
    machine->on_focus(true);
    machine->on_grab_lost();
    machine->on_visibility(true);
    EXPECT_FALSE(machine->is_grabbed());
}

TEST_F(GrabMachineTest, TakesAnotherHostKeyWhileItRuns) {
    machine_->set_host_key(HostKey::parse("pause").value());

    tap_host_key();
    EXPECT_FALSE(machine_->is_grabbed());
    EXPECT_EQ(sink_.keys.size(), 2U);
    down(KEY_PAUSE);
    up(KEY_PAUSE);
    EXPECT_TRUE(machine_->is_grabbed());
}

TEST_F(GrabMachineTest, PressesKeysForSomebodyElseWithoutTheFocus) {
    machine_->on_focus(false);

    EXPECT_TRUE(machine_->press_together(std::array<std::uint32_t, 2>{KEY_LEFTCTRL, KEY_C}));

    EXPECT_EQ(sink_.keys,
              (Keys{{KEY_LEFTCTRL, Press::Down},
                    {KEY_C, Press::Down},
                    {KEY_C, Press::Up},
                    {KEY_LEFTCTRL, Press::Up}}));
    become({});
    EXPECT_FALSE(machine_->press_together(std::array<std::uint32_t, 1>{KEY_C}));
}

}  // namespace
}  // namespace oriel
