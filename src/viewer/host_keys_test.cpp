// SPDX-License-Identifier: MIT
#include "viewer/host_keys.h"

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

namespace oriel {
namespace {

using Whose = HostKeys::Verdict::Whose;
using Codes = std::vector<std::uint32_t>;

HostKeys keys_of(const char* text) {
    return HostKeys(HostKey::parse(text).value());
}

TEST(HostKey, IsRightCtrlUnlessAskedOtherwise) {
    EXPECT_EQ(HostKey().name(), "Right Ctrl");
    EXPECT_TRUE(HostKey().part_of(KEY_RIGHTCTRL));
    EXPECT_FALSE(HostKey().part_of(KEY_LEFTCTRL));
}

TEST(HostKey, IsReadFromItsNames) {
    const HostKey chord = HostKey::parse("ctrl+alt").value();

    EXPECT_EQ(chord.name(), "Ctrl+Alt");
    EXPECT_EQ(chord.part_of(KEY_RIGHTCTRL), chord.part_of(KEY_LEFTCTRL));
    EXPECT_NE(chord.part_of(KEY_LEFTALT), chord.part_of(KEY_LEFTCTRL));
    EXPECT_EQ(HostKey::parse("scrolllock").value().name(), "Scroll Lock");
}

TEST(HostKey, IsRefusedWithTheNamesThereAre) {
    for (const char* text :
         {"", "+", "ctrl+", "q", "Ctrl", "ctrl+ctrl", "ctrl+leftctrl", "ctrl+alt+shift+super"}) {
        const auto key = HostKey::parse(text);
        ASSERT_FALSE(key) << text;
        EXPECT_EQ(key.error().kind, ErrorKind::Usage);
        EXPECT_NE(key.error().message.find("rightctrl"), std::string::npos);
    }
}

TEST(HostKeys, LettersAloneAreTheGuests) {
    HostKeys keys{HostKey()};

    const auto verdict = keys.on_key(KEY_F, Press::Down);

    EXPECT_EQ(verdict.whose, Whose::Guests);
    EXPECT_FALSE(verdict.command);
}

TEST(HostKeys, HeldMakeLettersCommands) {
    HostKeys keys{HostKey()};
    EXPECT_EQ(keys.on_key(KEY_RIGHTCTRL, Press::Down).whose, Whose::Ours);

    EXPECT_EQ(keys.on_key(KEY_F, Press::Down).command, HostCommand::ToggleFullScreen);
    EXPECT_EQ(keys.on_key(KEY_Q, Press::Down).command, HostCommand::Quit);
    EXPECT_EQ(keys.on_key(KEY_O, Press::Down).command, HostCommand::ToggleOverlay);
    EXPECT_EQ(keys.on_key(KEY_H, Press::Down).command, HostCommand::ToggleHelp);
    EXPECT_EQ(keys.on_key(KEY_F1, Press::Down).command, HostCommand::PressWithCtrlAlt);
    EXPECT_EQ(keys.on_key(KEY_F10, Press::Down).command, HostCommand::PressWithCtrlAlt);
    EXPECT_EQ(keys.on_key(KEY_F12, Press::Down).command, HostCommand::PressWithCtrlAlt);
    EXPECT_EQ(keys.on_key(KEY_DELETE, Press::Down).command, HostCommand::PressWithCtrlAlt);
    EXPECT_EQ(keys.on_key(KEY_Z, Press::Down).whose, Whose::Ours);
    EXPECT_FALSE(keys.on_key(KEY_RIGHTCTRL, Press::Up).command);
}

TEST(HostKeys, AloneToggleTheGrabWhenLetGo) {
    HostKeys keys{HostKey()};

    EXPECT_FALSE(keys.on_key(KEY_RIGHTCTRL, Press::Down).command);
    const auto verdict = keys.on_key(KEY_RIGHTCTRL, Press::Up);

    EXPECT_EQ(verdict.command, HostCommand::ToggleGrab);
    EXPECT_EQ(verdict.whose, Whose::Ours);
}

TEST(HostKeys, UsedWithTheMouseToggleNothing) {
    HostKeys keys{HostKey()};
    keys.on_key(KEY_RIGHTCTRL, Press::Down);

    keys.note_use();

    EXPECT_FALSE(keys.on_key(KEY_RIGHTCTRL, Press::Up).command);
}

TEST(HostKeys, LosingTheFocusLetsGoOfThem) {
    HostKeys keys{HostKey()};
    keys.on_key(KEY_RIGHTCTRL, Press::Down);

    keys.forget();

    EXPECT_FALSE(keys.on_key(KEY_Q, Press::Down).command);
    EXPECT_FALSE(keys.on_key(KEY_RIGHTCTRL, Press::Up).command);
}

TEST(HostChord, ShowsTheGuestNothingOfItself) {
    HostKeys keys = keys_of("ctrl+alt");

    EXPECT_EQ(keys.on_key(KEY_LEFTCTRL, Press::Down).whose, Whose::Ours);
    EXPECT_TRUE(keys.holds_back());
    const auto complete = keys.on_key(KEY_RIGHTALT, Press::Down);
    const auto first_up = keys.on_key(KEY_LEFTCTRL, Press::Up);
    const auto last_up = keys.on_key(KEY_RIGHTALT, Press::Up);

    EXPECT_EQ(complete.whose, Whose::Ours);
    EXPECT_TRUE(complete.late.empty() && complete.withdrawn.empty());
    EXPECT_EQ(first_up.whose, Whose::Ours);
    EXPECT_FALSE(first_up.command);
    EXPECT_EQ(last_up.command, HostCommand::ToggleGrab);
}

TEST(HostChord, GivesTheGuestAPartThatAnotherKeyFollows) {
    HostKeys keys = keys_of("ctrl+alt");
    keys.on_key(KEY_LEFTCTRL, Press::Down);

    const auto verdict = keys.on_key(KEY_C, Press::Down);

    EXPECT_EQ(verdict.late, Codes{KEY_LEFTCTRL});
    EXPECT_EQ(verdict.whose, Whose::Guests);
    EXPECT_EQ(keys.on_key(KEY_LEFTCTRL, Press::Up).whose, Whose::Guests);
}

TEST(HostChord, GivesTheGuestAPartTappedAlone) {
    HostKeys keys = keys_of("ctrl+alt");
    keys.on_key(KEY_LEFTALT, Press::Down);

    const auto verdict = keys.on_key(KEY_LEFTALT, Press::Up);

    EXPECT_EQ(verdict.late, Codes{KEY_LEFTALT});
    EXPECT_EQ(verdict.whose, Whose::Guests);
    EXPECT_FALSE(verdict.command);
}

TEST(HostChord, TakesAPartBackThatTheGuestHadBeenGiven) {
    HostKeys keys = keys_of("ctrl+alt");
    keys.on_key(KEY_LEFTCTRL, Press::Down);
    EXPECT_EQ(keys.let_go(), Codes{KEY_LEFTCTRL});

    const auto verdict = keys.on_key(KEY_LEFTALT, Press::Down);

    EXPECT_EQ(verdict.withdrawn, Codes{KEY_LEFTCTRL});
    EXPECT_TRUE(keys.is_held());
}

TEST(HostChord, HasTheGuestsOwnChordsAsItsCommands) {
    HostKeys keys = keys_of("ctrl+alt");
    keys.on_key(KEY_LEFTCTRL, Press::Down);
    keys.on_key(KEY_LEFTALT, Press::Down);

    EXPECT_EQ(keys.on_key(KEY_DELETE, Press::Down).command, HostCommand::PressWithCtrlAlt);
}

}  // namespace
}  // namespace oriel
