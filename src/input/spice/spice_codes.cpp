// SPDX-License-Identifier: MIT
#include "input/spice/spice_codes.h"

#include <algorithm>
#include <utility>

#include <linux/input-event-codes.h>
#include <spice/enums.h>

#include "input/key_table.h"

namespace oriel {
namespace {

// E1 1D 45 E1 9D C5, of which the library makes these: 0x200 stands for E1.
constexpr std::uint32_t kPauseFirst = 0x21d;
constexpr std::uint32_t kPauseSecond = 0x45;

}  // namespace

SpiceKeySteps::SpiceKeySteps(const InputEvent& event) {
    const KeyName* const row = find_key(event.code);
    if (row == nullptr) {
        return;
    }
    const auto add = [this](Press press, std::uint32_t code) {
        steps_[count_++] = {press, code};
    };
    if (event.code != KEY_PAUSE) {
        add(event.press, row->scan);
    } else if (event.press == Press::Down) {
        add(Press::Down, kPauseFirst);
        add(Press::Down, kPauseSecond);
        add(Press::Up, kPauseFirst);
        add(Press::Up, kPauseSecond);
    }
}

SpiceButton spice_button(std::uint32_t code) {
    switch (code) {
    case BTN_LEFT:
        return {SPICE_MOUSE_BUTTON_LEFT, SPICE_MOUSE_BUTTON_MASK_LEFT};
    case BTN_RIGHT:
        return {SPICE_MOUSE_BUTTON_RIGHT, SPICE_MOUSE_BUTTON_MASK_RIGHT};
    case BTN_MIDDLE:
        return {SPICE_MOUSE_BUTTON_MIDDLE, SPICE_MOUSE_BUTTON_MASK_MIDDLE};
    case BTN_SIDE:
        return {SPICE_MOUSE_BUTTON_SIDE, SPICE_MOUSE_BUTTON_MASK_SIDE};
    case BTN_EXTRA:
        return {SPICE_MOUSE_BUTTON_EXTRA, SPICE_MOUSE_BUTTON_MASK_EXTRA};
    default:
        return {0, 0};
    }
}

int spice_position(std::int64_t pixel, std::uint32_t size) {
    return static_cast<int>(std::min<std::int64_t>(pixel + 1, size));
}

}  // namespace oriel
