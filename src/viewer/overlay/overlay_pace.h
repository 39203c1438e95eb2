// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "base/clock.h"

namespace oriel {

/// When the overlay is drawn: soon after something changed, at most four times a second, never
/// without a change. Values only; no clock of its own.
class OverlayPace {
  public:
    static constexpr Nanoseconds kLeastGap = std::chrono::milliseconds(250);

    /// A figure is another one now.
    void note_change() { is_changed_ = true; }

    /// One will be another one at `when` without anything happening; empty: none.
    void expect_change(std::optional<Nanoseconds> when) { expected_ = when; }

    void note_drawn(Nanoseconds now) {
        drawn_ = now;
        is_changed_ = false;
        expected_.reset();
    }

    /// Empty: as it stands it stays.
    std::optional<Nanoseconds> due() const;

  private:
    std::optional<Nanoseconds> drawn_;
    std::optional<Nanoseconds> expected_;
    bool is_changed_ = false;
};

}  // namespace oriel
