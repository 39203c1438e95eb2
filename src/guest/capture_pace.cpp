// SPDX-License-Identifier: MIT
#include "guest/capture_pace.h"

namespace oriel {
namespace {

constexpr std::uint32_t kAssumedMhz = 60'000;
// A viewer's claim: above this nothing is a display.
constexpr std::uint32_t kMostMhz = 1'000'000;

}  // namespace

void CapturePace::set_refresh(std::uint32_t refresh_mhz) {
    const bool plausible = refresh_mhz >= 1'000 && refresh_mhz <= kMostMhz;
    period_ = Nanoseconds(1'000'000'000'000 / (plausible ? refresh_mhz : kAssumedMhz));
}

void CapturePace::note_start(Nanoseconds now) {
    next_ = now - next_ < period_ ? next_ + period_ : now + period_;
}

}  // namespace oriel
