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

void PollPace::Rhythm::learn(Nanoseconds now) {
    const Nanoseconds gap = now - std::exchange(last_, now);
    if (!std::exchange(was_awaited_, false)) {
        // It was there when we woke up: how much earlier it came, our own sleep hides.
        period_ -= period_ / 8;
    } else {
        // A pause is no rate; otherwise one eighth of each new gap.
        period_ = gap > 4 * kStill ? kStill : period_ + (gap - period_) / 8;
    }
    due_ = now + std::max(kStep, period_ - 2 * kStep);
}

Nanoseconds PollPace::Rhythm::sleep_after(Beat beat, Nanoseconds now) {
    if (beat == Beat::Heard) {
        learn(now);
    }
    if (now < due_) {
        return std::min(due_ - now, kStill);
    }
    was_awaited_ = true;
    const Nanoseconds since = now - last_;
    return since <= 2 * std::max(period_, kStill) ? kStep : std::min(since / kMostLost, kStill);
}

Nanoseconds PollPace::sleep_after(const Look& look, Nanoseconds now) {
    const bool came = look.frame != Look::Frame::None && !is_put_off_;
    is_put_off_ = look.frame == Look::Frame::PutOff;
    const bool moved = look.pointer == Look::Pointer::Moved;
    using Beat = Rhythm::Beat;
    return std::min(frames_.sleep_after(came ? Beat::Heard : Beat::None, now),
                    pointer_.sleep_after(moved ? Beat::Heard : Beat::None, now));
}

}  // namespace oriel
