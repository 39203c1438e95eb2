// SPDX-License-Identifier: MIT
#include "present/wayland/wheel.h"

#include <utility>

namespace oriel {
namespace {

/// What toolkits agree on for those that count no notches: ten logical pixels are one.
constexpr std::int64_t kNotchWay = 10 * 256;
constexpr std::int64_t kNotchParts = 120;

/// Of a notch, so that both ways are whole numbers of it.
constexpr std::int64_t kNotch = kNotchWay * kNotchParts;

}  // namespace

void WaylandWheel::add_notches(Axis axis, std::int32_t notches) {
    Turn& turn = of(axis);
    turn.notches = turn.notches.value_or(0) + notches;
}

void WaylandWheel::add_120ths(Axis axis, std::int32_t parts) {
    Turn& turn = of(axis);
    turn.parts = turn.parts.value_or(0) + parts;
}

std::int64_t WaylandWheel::Turn::take_whole() {
    if (parts) {
        rest += *parts * kNotchWay;
    } else if (notches) {
        rest += *notches * kNotch;
    } else {
        rest += way * kNotchParts;
    }
    const std::int64_t whole = rest / kNotch;
    *this = Turn{.rest = rest % kNotch};
    return whole;
}

std::optional<InputEvent> WaylandWheel::end_frame() {
    const std::int64_t right = horizontal_.take_whole();
    const std::int64_t down = vertical_.take_whole();
    if (right == 0 && down == 0) {
        return std::nullopt;
    }
    return InputEvent{.kind = InputEvent::Kind::Scroll,
                      .x = static_cast<double>(right),
                      .y = static_cast<double>(-down)};
}

}  // namespace oriel
