// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <utility>

#include "base/clock.h"

namespace oriel {

/// How long to wait before the next attempt to connect: a quarter of a second, doubling to 4 s.
class BackOff {
  public:
    Nanoseconds next() { return std::exchange(delay_, std::min(delay_ * 2, kLongest)); }

    void reset() { delay_ = kShortest; }

  private:
    static constexpr Nanoseconds kShortest = std::chrono::milliseconds(250);
    static constexpr Nanoseconds kLongest = std::chrono::seconds(4);

    Nanoseconds delay_ = kShortest;
};

}  // namespace oriel
