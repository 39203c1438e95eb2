// SPDX-License-Identifier: MIT
#include "capture/kms/look_pace.h"

#include <algorithm>

namespace oriel::kms_capture {
namespace {

using std::chrono::milliseconds;

constexpr std::uint32_t kAssumedMhz = 60'000;
constexpr std::uint32_t kLeastMhz = 1'000;
constexpr std::uint32_t kMostMhz = 1'000'000;

/// How long after a change the next one is expected at any moment.
constexpr Nanoseconds kLively = milliseconds(500);

/// Between a program's drawing and its telling the kernel.
constexpr Nanoseconds kEventDelay = milliseconds(100);

constexpr int kToldShare = 128;
constexpr Nanoseconds kToldLeast = milliseconds(100);
constexpr Nanoseconds kToldMost = milliseconds(1000);

constexpr int kUntoldShare = 16;
constexpr Nanoseconds kUntoldMost = milliseconds(100);

}  // namespace

void LookPace::set_refresh(std::uint32_t refresh_mhz) {
    const bool plausible = refresh_mhz >= kLeastMhz && refresh_mhz <= kMostMhz;
    period_ = Nanoseconds(1'000'000'000'000 / (plausible ? refresh_mhz : kAssumedMhz));
}

void LookPace::note_event(Nanoseconds now) {
    if (now - untold_at_ < kEventDelay) {
        is_untold_ = false;
    }
    is_asked_ = true;
}

void LookPace::note_look(Nanoseconds start, Nanoseconds end, Found found) {
    if (found == Found::Change) {
        if (!is_asked_ && !is_untold_) {
            is_untold_ = true;
            untold_at_ = start;
        }
        last_change_ = start;
    }
    is_asked_ = false;
    last_start_ = start;
    const Nanoseconds cost = end - start;
    // Grows slowly, falls at once.
    cost_ = cost_ == Nanoseconds(0) ? cost : std::min(cost, cost_ + cost_ / 8 + Nanoseconds(1));
}

Nanoseconds LookPace::next_look() const {
    return last_start_ + (is_asked_ ? period_ : gap());
}

Nanoseconds LookPace::gap() const {
    if (told_ == Told::ByEvents && !is_untold_) {
        return std::clamp(cost_ * kToldShare, kToldLeast, kToldMost);
    }
    const bool is_lively = last_change_ != Nanoseconds(0) && last_start_ - last_change_ < kLively;
    // At most half of the time, whatever the refresh rate.
    const Nanoseconds least = std::max(period_, cost_ * 2);
    return is_lively ? least
                     : std::clamp(cost_ * kUntoldShare, least, std::max(least, kUntoldMost));
}

}  // namespace oriel::kms_capture
