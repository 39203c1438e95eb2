// SPDX-License-Identifier: MIT
#include "base/samples.h"

#include <algorithm>

namespace oriel {
namespace {

constexpr std::size_t kMostSamples = 65536;

}  // namespace

void Samples::add(Nanoseconds sample) {
    if (sample < Nanoseconds(0) || sample > std::chrono::minutes(1)) {
        ++implausible_;
        return;
    }
    if (samples_.size() < kMostSamples) {
        samples_.push_back(sample);
        return;
    }
    samples_[next_] = sample;
    next_ = (next_ + 1) % kMostSamples;
}

std::optional<Nanoseconds> Samples::percentile(double fraction) const {
    if (samples_.empty()) {
        return std::nullopt;
    }
    std::vector<Nanoseconds> sorted = samples_;
    const auto index = static_cast<std::size_t>(fraction * static_cast<double>(sorted.size() - 1));
    const auto place = sorted.begin() + static_cast<std::ptrdiff_t>(index);
    std::ranges::nth_element(sorted, place);
    return *place;
}

}  // namespace oriel
