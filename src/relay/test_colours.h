// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "relay/geometry.h"

namespace oriel::test {

/// Different colours everywhere, more than 1,000 of them; `seed` makes another picture.
inline std::vector<std::uint32_t> colourful(Size size, std::uint32_t seed) {
    constexpr std::uint32_t kColourMask = 0xFFFFFF;
    std::vector<std::uint32_t> pixels(size.area());
    std::uint32_t state = seed * 2654435761U + 1;
    for (auto& pixel : pixels) {
        // xorshift32
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        pixel = state & kColourMask;
    }
    return pixels;
}

}  // namespace oriel::test
