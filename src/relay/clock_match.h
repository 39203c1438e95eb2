// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace oriel {

/// a - b for moments of which one may be a peer's claim: wraps instead of overflowing.
inline Nanoseconds wrapping_difference(Nanoseconds a, Nanoseconds b) {
    return Nanoseconds(static_cast<std::int64_t>(static_cast<std::uint64_t>(a.count()) -
                                                 static_cast<std::uint64_t>(b.count())));
}

/// What lies between the publisher's clock and ours, and how far off that may be.
struct ClockOffset {
    Nanoseconds offset{0};  ///< Publisher's time = our time + offset.
    Nanoseconds error{0};   ///< The truth is within offset +- error.

    Nanoseconds to_ours(Nanoseconds publisher_time) const {
        return wrapping_difference(publisher_time, offset);
    }
};

/// Estimates the offset by ping over the region, as NTP does (RFC 5905, section 8): of all round
/// trips the smallest wins, its error being half of it. An old estimate's error grows by the drift
/// two crystals may have, so that it gives way in time.
class ClockMatch {
  public:
    /// One round trip: sent and seen by our clock, received and answered by the publisher's.
    /// Trust: the publisher's two are claims; an answer that took longer than the round trip, or
    /// less than no time, is dropped.
    void add(Nanoseconds sent, Nanoseconds received, Nanoseconds answered, Nanoseconds seen);

    /// Both sides read the same clock.
    void set_same_clock();

    /// Nothing before the first round trip.
    std::optional<ClockOffset> at(Nanoseconds now) const;

  private:
    struct Estimate {
        ClockOffset value;
        Nanoseconds made;
        bool exact;
    };

    Nanoseconds error_at(const Estimate& estimate, Nanoseconds now) const;

    std::optional<Estimate> best_;
};

}  // namespace oriel
