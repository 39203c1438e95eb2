// SPDX-License-Identifier: MIT
#include "relay/clock_match.h"

namespace oriel {
namespace {

// 100 parts in a million: two ordinary crystals, each at its worst.
constexpr std::int64_t kDriftDivisor = 10'000;

}  // namespace

void ClockMatch::add(Nanoseconds sent,
                     Nanoseconds received,
                     Nanoseconds answered,
                     Nanoseconds seen) {
    if (best_ && best_->exact) {
        return;
    }
    const Nanoseconds round_trip = seen - sent;
    const Nanoseconds held = wrapping_difference(answered, received);
    if (held < Nanoseconds(0) || held > round_trip) {
        return;
    }
    const Nanoseconds travel = round_trip - held;
    const Nanoseconds offset = wrapping_difference(received, sent + travel / 2);
    const Estimate made{{offset, travel / 2}, seen, false};
    if (!best_ || error_at(made, seen) <= error_at(*best_, seen)) {
        best_ = made;
    }
}

void ClockMatch::set_same_clock() {
    best_ = Estimate{{}, Nanoseconds(0), true};
}

std::optional<ClockOffset> ClockMatch::at(Nanoseconds now) const {
    if (!best_) {
        return std::nullopt;
    }
    return ClockOffset{best_->value.offset, error_at(*best_, now)};
}

Nanoseconds ClockMatch::error_at(const Estimate& estimate, Nanoseconds now) const {
    if (estimate.exact) {
        return Nanoseconds(0);
    }
    return estimate.value.error + (now - estimate.made) / kDriftDivisor;
}

}  // namespace oriel
