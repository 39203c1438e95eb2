// SPDX-License-Identifier: MIT
#include "input/key_names.h"

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

#include "input/key_table.h"

namespace oriel {
namespace {

using Strokes = std::vector<KeyStroke>;

TEST(KeyStrokes, AreNamedAsPeopleAndAsQemuDo) {
    EXPECT_EQ(parse_key_strokes("ctrl+alt+delete"),
              (Strokes{{KEY_LEFTCTRL, KEY_LEFTALT, KEY_DELETE}}));
    EXPECT_EQ(parse_key_strokes(" ctrl+c  enter ret "),
              (Strokes{{KEY_LEFTCTRL, KEY_C}, {KEY_ENTER}, {KEY_ENTER}}));
    EXPECT_EQ(parse_key_strokes("super+rightctrl"), (Strokes{{KEY_LEFTMETA, KEY_RIGHTCTRL}}));
}

TEST(KeyStrokes, KnowEveryKeyOfTheTable) {
    for (const KeyName& row : all_keys()) {
        if (row.qcode != nullptr) {
            const auto strokes = parse_key_strokes(row.qcode);
            ASSERT_TRUE(strokes) << row.qcode;
            EXPECT_EQ(find_key((*strokes)[0][0])->qcode, std::string_view(row.qcode));
        }
    }
}

TEST(KeyStrokes, NameTheNearestForOneNobodyKnows) {
    EXPECT_EQ(parse_key_strokes("ctrl+delte").error().message,
              "no key is called 'delte'; the nearest is 'delete'");
    for (const char* text : {"", "  ", "+", "ctrl+", "a+b+c+d+e+f+g+h+i"}) {
        const auto strokes = parse_key_strokes(text);
        ASSERT_FALSE(strokes) << text;
        EXPECT_EQ(strokes.error().kind, ErrorKind::Usage);
    }
}

TEST(StrokesOfText, HoldShiftWhereTheKeyWantsIt) {
    EXPECT_EQ(strokes_of_text("aB?\n", false),
              (Strokes{{KEY_A}, {KEY_LEFTSHIFT, KEY_B}, {KEY_LEFTSHIFT, KEY_SLASH}, {KEY_ENTER}}));
}

TEST(StrokesOfText, TurnLettersAloneAroundWhereCapsLockIsLit) {
    EXPECT_EQ(strokes_of_text("aB1!", true),
              (Strokes{{KEY_LEFTSHIFT, KEY_A}, {KEY_B}, {KEY_1}, {KEY_LEFTSHIFT, KEY_1}}));
}

TEST(StrokesOfText, TypeAllOfAscii) {
    for (char c = 0x20; c < 0x7f; ++c) {
        EXPECT_TRUE(strokes_of_text(std::string_view(&c, 1), false)) << c;
    }
}

TEST(StrokesOfText, RefuseTheWholeTextForOneCharacterWithoutAKey) {
    EXPECT_EQ(strokes_of_text("für", false).error().message,
              "'ü' is on no key of a US keyboard: nothing was typed");
    EXPECT_FALSE(strokes_of_text("\x1b", false));
    EXPECT_FALSE(strokes_of_text("\xff", false));
}

}  // namespace
}  // namespace oriel
