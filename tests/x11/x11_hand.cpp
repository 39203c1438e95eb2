// SPDX-License-Identifier: MIT
#include "x11/x11_hand.h"

#include <cstdlib>

#include <linux/input-event-codes.h>

#include "base/assert.h"

namespace oriel::test {
namespace {

std::uint8_t number_of(std::uint32_t button) {
    switch (button) {
    case BTN_LEFT:
        return 1;
    case BTN_MIDDLE:
        return 2;
    case BTN_RIGHT:
        return 3;
    case BTN_SIDE:
        return 8;
    default:
        ORIEL_ASSERT(button == BTN_EXTRA);
        return 9;
    }
}

}  // namespace

void XHand::press_button(std::uint32_t code) const {
    eye_->press_button(number_of(code));
}

void XHand::release_button(std::uint32_t code) const {
    eye_->release_button(number_of(code));
}

void XHand::turn_wheel(int right, int up) const {
    turn(right > 0 ? 7 : 6, right);
    turn(up > 0 ? 4 : 5, up);
}

void XHand::turn(std::uint8_t number, int times) const {
    for (int i = 0; i < std::abs(times); ++i) {
        eye_->press_button(number);
        eye_->release_button(number);
    }
}

}  // namespace oriel::test
