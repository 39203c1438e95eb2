// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace oriel {

/// When to look into a region that has no doorbell: shortly before the next frame is due by the
/// rate seen so far, then every half millisecond until it is there; at 60 Hz when all is still.
class PollPace {
  public:
    enum class Look : std::uint8_t { Nothing, News };

    /// After each look. Returns how long to sleep.
    Nanoseconds sleep_after(Look look, Nanoseconds now);

  private:
    Nanoseconds last_news_{0};
    Nanoseconds period_{0};
};

}  // namespace oriel
