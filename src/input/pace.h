// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/clock.h"

namespace oriel {

/// How full a queue of the guest's may be that nobody can ask: a bucket that runs dry at the speed
/// at which a guest surely reads.
class Pace {
  public:
    /// The queue takes `room` units; the guest reads one in `per_unit`.
    constexpr Pace(std::uint32_t room, Nanoseconds per_unit) : room_(room), per_unit_(per_unit) {}

    /// When `units` fit in: `now`, or later. More than the room fit once the queue is empty.
    Nanoseconds when(std::uint32_t units, Nanoseconds now) const {
        const Nanoseconds allowed = per_unit_ * (room_ - std::min(units, room_));
        return std::max(now, empty_at_ - allowed);
    }

    void add(std::uint32_t units, Nanoseconds now) {
        empty_at_ = std::max(empty_at_, now) + per_unit_ * units;
    }

  private:
    std::uint32_t room_;
    Nanoseconds per_unit_;
    Nanoseconds empty_at_{0};  ///< When the guest has read all of it.
};

}  // namespace oriel
