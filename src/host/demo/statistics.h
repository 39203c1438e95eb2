// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "base/clock.h"

namespace oriel {

/// The value below which `fraction` (0..1) of `values` lie; 0 without values.
double percentile_of(std::vector<double> values, double fraction);

inline double median_of(std::vector<double> values) {
    return percentile_of(std::move(values), 0.5);
}

inline double in_microseconds(Nanoseconds time) {
    return static_cast<double>(time.count()) / 1e3;
}

inline double in_milliseconds(Nanoseconds time) {
    return static_cast<double>(time.count()) / 1e6;
}

inline double in_seconds(Nanoseconds time) {
    return static_cast<double>(time.count()) / 1e9;
}

}  // namespace oriel
