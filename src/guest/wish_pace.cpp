// SPDX-License-Identifier: MIT
#include "guest/wish_pace.h"

#include <utility>

namespace oriel {

std::uint32_t WishPace::note(const ModeWish& wish) {
    const std::uint32_t viewer = 1U << wish.viewer;
    const bool is_same = waiting_ && waiting_->wish.output == wish.output &&
                         waiting_->wish.size == wish.size &&
                         waiting_->wish.refresh_mhz == wish.refresh_mhz;
    if (is_same) {
        waiting_->viewers |= viewer;
        return 0;
    }
    const std::uint32_t others = waiting_ ? waiting_->viewers & ~viewer : 0;
    waiting_ = Due{wish, viewer};
    return others;
}

std::optional<Nanoseconds> WishPace::due() const {
    return waiting_ ? std::optional(next_) : std::nullopt;
}

std::optional<WishPace::Due> WishPace::take(Nanoseconds now) {
    if (!waiting_ || now < next_) {
        return std::nullopt;
    }
    next_ = now + kLeastPause;
    return std::exchange(waiting_, std::nullopt);
}

}  // namespace oriel
