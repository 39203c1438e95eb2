// SPDX-License-Identifier: MIT
#include "capture/screen_look_pace.h"

#include <algorithm>

namespace oriel {
namespace {

using std::chrono::milliseconds;

constexpr std::uint32_t kAssumedMhz = 60'000;
constexpr std::uint32_t kLeastMhz = 1'000;
constexpr std::uint32_t kMostMhz = 1'000'000;

/// How long after a change the next one is expected at any moment.
constexpr Nanoseconds kLively = milliseconds(500);

/// Between a program's drawing and its telling the kernel.
constexpr Nanoseconds kEventDelay = milliseconds(100);

/// For so long without any change, somebody who drew without telling is expected to do it again.
constexpr Nanoseconds kUntoldMemory = std::chrono::seconds(30);

constexpr int kToldShare = 512;
constexpr Nanoseconds kToldLeast = milliseconds(100);

constexpr int kUntoldShare = 16;
constexpr Nanoseconds kUntoldMost = milliseconds(100);

/// What interrupts us is not ours, so this grows slowly and falls at once.
Nanoseconds cheapest_of_late(Nanoseconds known, Nanoseconds cost) {
    return known == Nanoseconds(0) ? cost : std::min(cost, known + known / 8 + Nanoseconds(1));
}

}  // namespace

void ScreenLookPace::set_refresh(std::uint32_t refresh_mhz) {
    const bool plausible = refresh_mhz >= kLeastMhz && refresh_mhz <= kMostMhz;
    period_ = Nanoseconds(1'000'000'000'000 / (plausible ? refresh_mhz : kAssumedMhz));
}

void ScreenLookPace::note_event(Nanoseconds now) {
    if (now - untold_at_ < kEventDelay) {
        is_untold_ = false;
    }
    is_asked_ = true;
}

void ScreenLookPace::note_look(Nanoseconds start, Nanoseconds end, Found found) {
    if (found == Found::Change) {
        if (!is_asked_ && !is_untold_) {
            is_untold_ = true;
            untold_at_ = start;
        }
        last_change_ = start;
    } else if (start - last_change_ > kUntoldMemory) {
        is_untold_ = false;
    }
    is_asked_ = false;
    last_start_ = start;
    look_cost_ = cheapest_of_late(look_cost_, end - start);
}

void ScreenLookPace::note_glance(Nanoseconds start, Nanoseconds end) {
    last_start_ = start;
    glance_cost_ = cheapest_of_late(glance_cost_, end - start);
}

Nanoseconds ScreenLookPace::next_look() const {
    return last_start_ + (is_asked_ ? least_gap() : gap());
}

/// At most half of the time, whatever the refresh rate.
Nanoseconds ScreenLookPace::least_gap() const {
    return std::max(period_, look_cost_ * 2);
}

Nanoseconds ScreenLookPace::gap() const {
    if (told_ == Told::ByEvents && !is_untold_) {
        return std::clamp(glance_cost_ * kToldShare, kToldLeast, kLongestPause);
    }
    const bool is_lively = last_change_ != Nanoseconds(0) && last_start_ - last_change_ < kLively;
    const Nanoseconds least = least_gap();
    return is_lively ? least
                     : std::clamp(look_cost_ * kUntoldShare, least, std::max(least, kUntoldMost));
}

}  // namespace oriel
