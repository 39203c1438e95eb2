// SPDX-License-Identifier: MIT
#include "present/x11/input.h"

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

namespace oriel {
namespace {

using Kind = InputEvent::Kind;

xcb_key_press_event_t key(std::uint8_t keycode) {
    xcb_key_press_event_t event{};
    event.detail = keycode;
    return event;
}

xcb_button_press_event_t button(std::uint8_t number) {
    xcb_button_press_event_t event{};
    event.detail = number;
    return event;
}

/// A scroll of nothing where there is no event.
InputEvent told(const std::optional<InputEvent>& event) {
    return event ? *event : InputEvent{.kind = Kind::Scroll};
}

TEST(X11InputKeys, AreEvdevCodes) {
    X11Input input;

    const InputEvent event = told(input.key_pressed(key(KEY_ESC + 8)));

    EXPECT_EQ(event.kind, Kind::KeyDown);
    EXPECT_EQ(event.code, std::uint32_t{KEY_ESC});
}

TEST(X11InputKeys, AreToldOnceWhileTheyRepeat) {
    X11Input input;

    EXPECT_TRUE(input.key_pressed(key(38)));
    EXPECT_FALSE(input.key_pressed(key(38)));
    EXPECT_TRUE(input.key_released(key(38)));
    EXPECT_TRUE(input.key_pressed(key(38)));
}

TEST(X11InputKeys, AreNotReleasedWhereTheyWerePressedElsewhere) {
    X11Input input;
    EXPECT_TRUE(input.key_pressed(key(38)));

    input.lost_focus();

    EXPECT_FALSE(input.key_released(key(38)));
    EXPECT_FALSE(input.key_released(key(50)));
}

TEST(X11InputKeys, BelowTheFirstKeycodeAreNone) {
    X11Input input;

    EXPECT_FALSE(input.key_pressed(key(7)));
}

TEST(X11InputButtons, AreEvdevCodes) {
    const std::pair<std::uint8_t, std::uint32_t> pairs[] = {
        {1, BTN_LEFT}, {2, BTN_MIDDLE}, {3, BTN_RIGHT}, {8, BTN_SIDE}, {9, BTN_EXTRA}};

    for (const auto& [number, code] : pairs) {
        EXPECT_EQ(told(X11Input::button_pressed(button(number))).code, code);
        EXPECT_EQ(told(X11Input::button_released(button(number))).kind, Kind::ButtonUp);
    }
    EXPECT_FALSE(X11Input::button_pressed(button(17)));
}

TEST(X11InputButtons, OfTheWheelAreNotchesToldOnce) {
    EXPECT_EQ(told(X11Input::button_pressed(button(4))).y, 1);
    EXPECT_EQ(told(X11Input::button_pressed(button(5))).y, -1);
    EXPECT_EQ(told(X11Input::button_pressed(button(6))).x, -1);
    EXPECT_EQ(told(X11Input::button_pressed(button(7))).x, 1);
    EXPECT_EQ(told(X11Input::button_pressed(button(7))).kind, Kind::Scroll);
    EXPECT_FALSE(X11Input::button_released(button(4)));
}

TEST(X11InputMotion, IsToldOnceAndTheNewest) {
    X11Input input;
    const Viewport viewport({200, 100}, {100, 50});

    input.moved(10, 10, viewport);
    input.moved(21, 41, viewport);

    const InputEvent motion = told(input.take_motion());
    EXPECT_EQ(motion.kind, Kind::Motion);
    EXPECT_EQ(motion.x, 10);
    EXPECT_EQ(motion.y, 20);
    EXPECT_FALSE(input.take_motion());
}

TEST(X11InputMotion, IsNoneOverNoPicture) {
    X11Input input;

    input.moved(10, 10, Viewport{});

    EXPECT_FALSE(input.take_motion());
}

}  // namespace
}  // namespace oriel
