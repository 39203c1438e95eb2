// SPDX-License-Identifier: MIT
#include "guest/look_pace.h"

namespace oriel {

std::optional<Nanoseconds> LookPace::period() const {
    if (bell_ == Bell::Sure) {
        return std::nullopt;
    }
    return rings_ ? kRung : kUnrung;
}

}  // namespace oriel
