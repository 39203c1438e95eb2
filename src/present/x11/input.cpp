// SPDX-License-Identifier: MIT
#include "present/x11/input.h"

#include <utility>

#include <linux/input-event-codes.h>

#include "present/pointer_motion.h"

namespace oriel {
namespace {

constexpr std::uint8_t kFirstKeycode = 8;  // X servers on Linux add it to evdev's codes.

std::uint32_t button_code(std::uint8_t button) {
    switch (button) {
    case 1:
        return BTN_LEFT;
    case 2:
        return BTN_MIDDLE;
    case 3:
        return BTN_RIGHT;
    case 8:
        return BTN_SIDE;
    case 9:
        return BTN_EXTRA;
    default:
        return 0;
    }
}

/// X has buttons for the directions of a wheel, pressed once a notch.
std::optional<InputEvent> scroll(std::uint8_t button) {
    InputEvent event{.kind = InputEvent::Kind::Scroll};
    switch (button) {
    case 4:
        event.y = 1;
        return event;
    case 5:
        event.y = -1;
        return event;
    case 6:
        event.x = -1;
        return event;
    case 7:
        event.x = 1;
        return event;
    default:
        return std::nullopt;
    }
}

std::optional<InputEvent> button_event(std::uint8_t button, InputEvent::Kind kind) {
    const std::uint32_t code = button_code(button);
    if (code == 0) {
        return std::nullopt;
    }
    return InputEvent{.kind = kind, .code = code};
}

}  // namespace

std::optional<InputEvent> X11Input::key_pressed(const xcb_key_press_event_t& event) {
    if (event.detail < kFirstKeycode || is_down_.test(event.detail)) {
        return std::nullopt;
    }
    is_down_.set(event.detail);
    return InputEvent{.kind = InputEvent::Kind::KeyDown,
                      .code = std::uint32_t{event.detail} - kFirstKeycode};
}

std::optional<InputEvent> X11Input::key_released(const xcb_key_release_event_t& event) {
    if (event.detail < kFirstKeycode || !is_down_.test(event.detail)) {
        return std::nullopt;
    }
    is_down_.reset(event.detail);
    return InputEvent{.kind = InputEvent::Kind::KeyUp,
                      .code = std::uint32_t{event.detail} - kFirstKeycode};
}

std::optional<InputEvent> X11Input::button_pressed(const xcb_button_press_event_t& event) {
    if (auto notch = scroll(event.detail)) {
        return notch;
    }
    return button_event(event.detail, InputEvent::Kind::ButtonDown);
}

std::optional<InputEvent> X11Input::button_released(const xcb_button_release_event_t& event) {
    return button_event(event.detail, InputEvent::Kind::ButtonUp);
}

void X11Input::moved(std::int16_t x, std::int16_t y, const Viewport& viewport) {
    if (const auto motion = motion_to(x, y, viewport)) {
        motion_ = motion;
    }
}

std::optional<InputEvent> X11Input::take_motion() {
    return std::exchange(motion_, std::nullopt);
}

}  // namespace oriel
