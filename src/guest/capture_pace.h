// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace oriel {

/// When the next capture may start: no more often than the fastest viewer's display can show.
///
/// A change after a pause is captured at once; only a program that never stops drawing is held to
/// the pace. Deadlines advance by whole periods, so that being late once is not being late ever
/// after.
class CapturePace {
  public:
    /// `refresh_mhz` of the fastest visible viewer; 0: unknown, 60 Hz is assumed.
    void set_refresh(std::uint32_t refresh_mhz);

    Nanoseconds earliest_start() const { return next_; }

    void note_start(Nanoseconds now);

  private:
    Nanoseconds period_{Nanoseconds(std::chrono::seconds(1)) / 60};
    Nanoseconds next_{0};
};

}  // namespace oriel
