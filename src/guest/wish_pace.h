// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "relay/mode_wish.h"

namespace oriel {

/// Which of the viewers' wishes for a mode counts, and when: the one that came last, and no two
/// within 300 ms, so that the guest's screen is not driven to and fro.
///
/// Threads: one.
class WishPace {
  public:
    static constexpr Nanoseconds kLeastPause = std::chrono::milliseconds(300);

    /// Viewers as bits: whose wish this one takes the place of. They are to be told that nothing
    /// comes of it.
    std::uint32_t note(const ModeWish& wish);

    /// When take() has something; nothing: no wish waits.
    std::optional<Nanoseconds> due() const;

    struct Due {
        ModeWish wish;
        std::uint32_t viewers = 0;  ///< Who wished for this, as bits.
    };

    std::optional<Due> take(Nanoseconds now);

  private:
    std::optional<Due> waiting_;
    Nanoseconds next_{0};
};

}  // namespace oriel
