// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>

#include "base/clock.h"

namespace oriel {

/// How long a doorbell is left unheard after a wake-up that brought nothing new: 50 us, doubling
/// to 4 ms, until a wake-up brings something. A publisher that rings without reason then costs the
/// viewer a few hundred wake-ups a second at most, and a frame at most 4 ms.
class WakeBackoff {
  public:
    /// A wake-up brought nothing: stay deaf so long.
    Nanoseconds note_idle_wake() {
        pause_ = std::clamp(pause_ * 2, kShortest, kLongest);
        return pause_;
    }

    void note_news() { pause_ = Nanoseconds(0); }

  private:
    static constexpr Nanoseconds kShortest = std::chrono::microseconds(50);
    static constexpr Nanoseconds kLongest = std::chrono::milliseconds(4);

    Nanoseconds pause_{0};
};

}  // namespace oriel
