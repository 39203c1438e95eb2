// SPDX-License-Identifier: MIT
#include "capture/kms/blend.h"

#include <algorithm>

namespace oriel::kms_capture {
namespace {

constexpr std::uint64_t kOne = 0xFFFF;

/// Of two numbers that mean 0 to 1, rounded.
std::uint32_t times(std::uint64_t a, std::uint64_t b) {
    return static_cast<std::uint32_t>((a * b + kOne / 2) / kOne);
}

struct Weights {
    std::uint32_t above;
    std::uint32_t below;
};

Weights weights_of(const DeepPixel& above, const BlendRule& rule) {
    const auto opaque = static_cast<std::uint32_t>(kOne);
    switch (rule.mode) {
    case KmsPlane::Blend::None:
        return {rule.alpha, opaque - rule.alpha};
    case KmsPlane::Blend::Coverage: {
        const std::uint32_t weight = times(above.alpha, rule.alpha);
        return {weight, opaque - weight};
    }
    case KmsPlane::Blend::Premultiplied:
        return {rule.alpha, opaque - times(above.alpha, rule.alpha)};
    }
    return {opaque, 0};
}

std::uint32_t mix(std::uint32_t above, std::uint32_t below, const Weights& weights) {
    const std::uint32_t sum = times(above, weights.above) + times(below, weights.below);
    return std::min(sum, static_cast<std::uint32_t>(kOne));
}

}  // namespace

void blend_row(const DeepPixel* above, DeepPixel* below, std::size_t count, const BlendRule& rule) {
    for (std::size_t i = 0; i < count; ++i) {
        const Weights weights = weights_of(above[i], rule);
        below[i] = {mix(above[i].red, below[i].red, weights),
                    mix(above[i].green, below[i].green, weights),
                    mix(above[i].blue, below[i].blue, weights),
                    0xFFFF};
    }
}

}  // namespace oriel::kms_capture
