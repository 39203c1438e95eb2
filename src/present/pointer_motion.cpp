// SPDX-License-Identifier: MIT
#include "present/pointer_motion.h"

#include <algorithm>

namespace oriel {

std::optional<InputEvent> motion_to(double x, double y, const Viewport& viewport, double pixel) {
    if (viewport.picture().is_empty()) {
        return std::nullopt;
    }
    const Viewport::Point point = viewport.to_picture(x, y, pixel);
    return InputEvent{.kind = InputEvent::Kind::Motion,
                      .x = static_cast<double>(point.x),
                      .y = static_cast<double>(point.y),
                      .picture = viewport.picture(),
                      .is_outside = !viewport.shows(x, y)};
}

Viewport::Point place_in_window(const CursorPosition& position, const Viewport& viewport) {
    const auto inside = [](std::int32_t at, std::uint32_t side) {
        return static_cast<std::uint32_t>(std::clamp<std::int64_t>(at, 0, std::int64_t{side} - 1));
    };
    const Size picture = viewport.picture();
    return viewport.pixel_in_window(
        {inside(position.x, picture.width), inside(position.y, picture.height)});
}

std::optional<InputEvent> MotionSum::take() {
    const std::int64_t x = x_ / kOne;
    const std::int64_t y = y_ / kOne;
    if (x == 0 && y == 0) {
        return std::nullopt;
    }
    x_ -= x * kOne;
    y_ -= y * kOne;
    return InputEvent{.kind = InputEvent::Kind::RelativeMotion,
                      .x = static_cast<double>(x),
                      .y = static_cast<double>(y)};
}

}  // namespace oriel
