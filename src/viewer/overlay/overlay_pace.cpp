// SPDX-License-Identifier: MIT
#include "viewer/overlay/overlay_pace.h"

#include <algorithm>

namespace oriel {

std::optional<Nanoseconds> OverlayPace::due() const {
    const Nanoseconds earliest = drawn_ ? *drawn_ + kLeastGap : Nanoseconds(0);
    if (is_changed_) {
        return earliest;
    }
    return expected_ ? std::optional(std::max(*expected_, earliest)) : std::nullopt;
}

}  // namespace oriel
