// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "present/presenter.h"

namespace oriel {

/// Turns wl_pointer's axis events into whole notches, and keeps what is left of one for the next.
/// Values only.
///
/// A turn is told up to three times in one frame: by the way a picture would scroll, by whole
/// notches (version 5), or by their 120ths (version 8). The finest that counts notches is taken;
/// the way alone for what has none: a touchpad.
class WaylandWheel {
  public:
    enum class Axis : std::uint8_t { Vertical, Horizontal };

    /// In 1/256 of a logical pixel; right and down are positive.
    void add_way(Axis axis, std::int32_t way) { of(axis).way += way; }

    void add_notches(Axis axis, std::int32_t notches);
    void add_120ths(Axis axis, std::int32_t parts);

    /// The end of what belongs together. Nothing where no notch is full.
    std::optional<InputEvent> end_frame();

    /// The pointer left.
    void clear() { *this = {}; }

  private:
    struct Turn {
        std::int64_t way = 0;
        std::optional<std::int64_t> notches{};  // NOLINT(readability-redundant-member-init): gcc
        std::optional<std::int64_t> parts{};    // NOLINT(readability-redundant-member-init): gcc
        std::int64_t rest = 0;                  ///< In parts of a notch, from frame to frame.

        std::int64_t take_whole();
    };

    Turn& of(Axis axis) { return axis == Axis::Vertical ? vertical_ : horizontal_; }

    Turn vertical_;
    Turn horizontal_;
};

}  // namespace oriel
