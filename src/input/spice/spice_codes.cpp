// SPDX-License-Identifier: MIT
#include "input/spice/spice_codes.h"

#include <algorithm>

#include <linux/input-event-codes.h>
#include <spice/enums.h>

namespace oriel {
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
