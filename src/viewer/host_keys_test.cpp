// SPDX-License-Identifier: MIT
#include "viewer/host_keys.h"

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

namespace oriel {
namespace {

InputEvent key(InputEvent::Kind kind, std::uint32_t code) {
    return {.kind = kind, .code = code};
}

TEST(HostKeys, LettersAloneAreTheGuests) {
    HostKeys keys;

    EXPECT_FALSE(keys.on_input(key(InputEvent::Kind::KeyDown, KEY_F)));
}

TEST(HostKeys, RightCtrlMakesThemCommands) {
    HostKeys keys;
    keys.on_input(key(InputEvent::Kind::KeyDown, KEY_RIGHTCTRL));

    EXPECT_EQ(keys.on_input(key(InputEvent::Kind::KeyDown, KEY_F)), HostCommand::ToggleFullScreen);
    EXPECT_EQ(keys.on_input(key(InputEvent::Kind::KeyDown, KEY_Q)), HostCommand::Quit);
    EXPECT_FALSE(keys.on_input(key(InputEvent::Kind::KeyUp, KEY_F)));
}

TEST(HostKeys, LosingTheFocusLetsGoOfTheKey) {
    HostKeys keys;
    keys.on_input(key(InputEvent::Kind::KeyDown, KEY_RIGHTCTRL));

    keys.on_focus_lost();

    EXPECT_FALSE(keys.on_input(key(InputEvent::Kind::KeyDown, KEY_Q)));
}

}  // namespace
}  // namespace oriel
