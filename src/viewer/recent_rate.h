// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "base/clock.h"

namespace oriel {

/// Frames a second, over the last second: those that were shown, and those the guest made.
class RecentRate {
  public:
    /// Frame number `sequence` of the publisher's was shown.
    void note(std::uint64_t sequence, Nanoseconds now) {
        forget_before(now - kWindow);
        if (!shown_.empty() && sequence < shown_.back().sequence) {
            shown_.clear();  // Another session counts anew.
        }
        if (shown_.size() == kMost) {
            shown_.pop_front();
        }
        shown_.push_back({sequence, now});
    }

    double shown_per_second(Nanoseconds now) { return rate(now, Of::Shown); }

    double made_per_second(Nanoseconds now) { return rate(now, Of::Made); }

  private:
    struct Shown {
        std::uint64_t sequence;
        Nanoseconds when;
    };

    enum class Of : std::uint8_t { Shown, Made };

    static constexpr Nanoseconds kWindow = std::chrono::seconds(1);
    static constexpr std::size_t kMost = 1024;

    void forget_before(Nanoseconds when) {
        while (!shown_.empty() && shown_.front().when < when) {
            shown_.pop_front();
        }
    }

    /// Between the first and the last of the window: so that frames that come evenly give their
    /// rate whenever it is asked for.
    double rate(Nanoseconds now, Of of) {
        forget_before(now - kWindow);
        if (shown_.size() < 2 || shown_.back().when <= shown_.front().when) {
            return 0;
        }
        const auto count = of == Of::Shown ? std::uint64_t{shown_.size() - 1}
                                           : shown_.back().sequence - shown_.front().sequence;
        const auto span = std::chrono::duration<double>(shown_.back().when - shown_.front().when);
        return static_cast<double>(count) / span.count();
    }

    std::deque<Shown> shown_;
};

}  // namespace oriel
