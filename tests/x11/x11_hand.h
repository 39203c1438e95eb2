// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "x11/x11_painter.h"

namespace oriel::test {

/// A person's mouse at an X server (XTEST), told by the codes of linux/input-event-codes.h.
class XHand {
  public:
    /// `eye` outlives it.
    explicit XHand(const XPainter& eye) : eye_(&eye) {}

    /// BTN_LEFT, BTN_RIGHT, BTN_MIDDLE, BTN_SIDE, BTN_EXTRA.
    void press_button(std::uint32_t code) const;
    void release_button(std::uint32_t code) const;

    /// Whole notches, right and up positive.
    void turn_wheel(int right, int up) const;

  private:
    void turn(std::uint8_t number, int times) const;

    const XPainter* eye_;
};

}  // namespace oriel::test
