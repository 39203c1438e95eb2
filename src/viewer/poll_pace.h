// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace oriel {

/// When to look into a region that has no doorbell: shortly before the next frame is due by the
/// rate seen so far, then every half millisecond. Where it does not come, ever more rarely: a
/// sixteenth of the time since the last one may be lost, and at most a 60th of a second.
class PollPace {
  public:
    enum class Look : std::uint8_t { Nothing, News };

    /// After each look. Returns how long to sleep.
    Nanoseconds sleep_after(Look look, Nanoseconds now);

  private:
    Nanoseconds last_news_{0};
    Nanoseconds period_{0};
    bool sleeps_until_due_ = false;  ///< No look since the last news.
};

}  // namespace oriel
