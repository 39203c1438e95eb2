// SPDX-License-Identifier: MIT
#include "guest/look_pace.h"

namespace oriel {

std::optional<Nanoseconds> LookPace::period() const {
    if (bell_ == Bell::Sure) {
        return std::nullopt;
    }
    if (rings_) {
        return kRung;
    }
    return audience_ == Audience::Somebody ? kUnrung : kUnrungAlone;
}

}  // namespace oriel
