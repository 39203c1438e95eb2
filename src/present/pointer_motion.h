// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "present/presenter.h"
#include "present/viewport.h"

namespace oriel {

/// What a guest is told of a pointer at that point of the window: see Viewport::to_picture().
/// Nothing where there is no picture.
std::optional<InputEvent> motion_to(double x, double y, const Viewport& viewport, double pixel = 1);

/// The middle of where the window shows the guest's pointer; of one beside the picture the nearest.
Viewport::Point place_in_window(const CursorPosition& position, const Viewport& viewport);

/// Adds up motion of the finest kind a display tells, 1/2^32 of a count, and gives it out in whole
/// counts. Values only; what was given out and what is left are always the exact sum.
class MotionSum {
  public:
    static constexpr std::int64_t kOne = std::int64_t{1} << 32U;

    void add(std::int64_t x, std::int64_t y) {
        x_ += x;
        y_ += y;
    }

    /// The whole counts; nothing where there are none.
    std::optional<InputEvent> take();

    void clear() { *this = {}; }

  private:
    std::int64_t x_ = 0;
    std::int64_t y_ = 0;
};

}  // namespace oriel
