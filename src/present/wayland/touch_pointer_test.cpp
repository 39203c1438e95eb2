// SPDX-License-Identifier: MIT
#include "present/wayland/touch_pointer.h"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

namespace oriel {
namespace {

using Kind = InputEvent::Kind;

InputEvent at(double x, double y, bool is_outside = false) {
    return {.kind = Kind::Motion, .x = x, .y = y, .picture = {640, 480}, .is_outside = is_outside};
}

/// "to 1,2; press; release", with "outside" where it is so.
std::string text_of(const TouchPointer::Events& events) {
    std::string text;
    for (const InputEvent& event : events) {
        const char* outside = event.is_outside ? " outside" : "";
        const char* between = text.empty() ? "" : "; ";
        if (event.kind == Kind::Motion) {
            text += fmt::format("{}to {},{}{}", between, event.x, event.y, outside);
            continue;
        }
        EXPECT_EQ(event.code, std::uint32_t{BTN_LEFT});
        text += fmt::format(
            "{}{}{}", between, event.kind == Kind::ButtonDown ? "press" : "release", outside);
    }
    return text;
}

TEST(TouchPointer, MakesADragOfAFinger) {
    TouchPointer touch;

    EXPECT_EQ(text_of(touch.down(3, at(10, 20))), "to 10,20; press");
    EXPECT_TRUE(touch.is_down());
    EXPECT_EQ(text_of(touch.move(3, at(11, 25))), "to 11,25");
    EXPECT_EQ(text_of(touch.move(3, at(90, 80))), "to 90,80");
    EXPECT_EQ(text_of(touch.up(3)), "release");
    EXPECT_FALSE(touch.is_down());
}

TEST(TouchPointer, LeavesOtherFingersAlone) {
    TouchPointer touch;
    touch.down(0, at(1, 1));

    EXPECT_EQ(text_of(touch.down(1, at(5, 5))), "");
    EXPECT_EQ(text_of(touch.move(1, at(6, 6))), "");
    EXPECT_EQ(text_of(touch.up(1)), "");
    EXPECT_EQ(text_of(touch.up(0)), "release");
}

TEST(TouchPointer, AFingerThatStaysIsNotTheNextPointer) {
    TouchPointer touch;
    touch.down(0, at(1, 1));
    touch.down(1, at(5, 5));
    touch.up(0);

    EXPECT_EQ(text_of(touch.move(1, at(6, 6))), "");
    EXPECT_EQ(text_of(touch.down(0, at(2, 2))), "to 2,2; press");
    EXPECT_EQ(text_of(touch.up(1)), "");
    EXPECT_EQ(text_of(touch.up(0)), "release");
}

TEST(TouchPointer, CancellingLetsGo) {
    TouchPointer touch;
    touch.down(0, at(1, 1));

    EXPECT_EQ(text_of(touch.cancel()), "release");
    EXPECT_EQ(text_of(touch.cancel()), "");
    EXPECT_EQ(text_of(touch.up(0)), "");
}

TEST(TouchPointer, SaysThatAPressIsBesideThePicture) {
    TouchPointer touch;

    EXPECT_EQ(text_of(touch.down(0, at(0, 5, true))), "to 0,5 outside; press outside");
    EXPECT_EQ(text_of(touch.up(0)), "release");
    EXPECT_EQ(text_of(touch.down(1, std::nullopt)), "press outside");
    EXPECT_EQ(text_of(touch.move(1, std::nullopt)), "");
}

}  // namespace
}  // namespace oriel
