// SPDX-License-Identifier: MIT
#include "viewer/poll_pace.h"

#include <algorithm>
#include <utility>

namespace oriel {
namespace {

constexpr Nanoseconds kStill = Nanoseconds(std::chrono::seconds(1)) / 60;
constexpr Nanoseconds kStep = std::chrono::microseconds(500);
constexpr int kMostLost = 16;

}  // namespace

Nanoseconds PollPace::sleep_after(Look look, Nanoseconds now) {
    if (look == Look::News) {
        const Nanoseconds gap = now - last_news_;
        last_news_ = now;
        if (std::exchange(sleeps_until_due_, true)) {
            // It was there when we woke up: how much earlier it came, our own sleep hides.
            period_ -= period_ / 8;
        } else {
            // A pause is no rate; otherwise one eighth of each new gap.
            period_ = gap > 4 * kStill ? kStill : period_ + (gap - period_) / 8;
        }
        return std::max(kStep, period_ - 2 * kStep);
    }
    sleeps_until_due_ = false;
    const Nanoseconds since = now - last_news_;
    return since <= 2 * std::max(period_, kStill) ? kStep : std::min(since / kMostLost, kStill);
}

}  // namespace oriel
