// SPDX-License-Identifier: MIT
#include "host/demo/statistics.h"

#include <algorithm>
#include <cstddef>

namespace oriel {

double percentile_of(std::vector<double> values, double fraction) {
    if (values.empty()) {
        return 0;
    }
    const auto index = static_cast<std::size_t>(fraction * static_cast<double>(values.size() - 1));
    const auto place = values.begin() + static_cast<std::ptrdiff_t>(index);
    std::ranges::nth_element(values, place);
    return *place;
}

}  // namespace oriel
