// SPDX-License-Identifier: MIT
#include "vm/count_pixels.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <set>

namespace oriel::testing_support {

std::uint64_t count_pixels(const ScreenPicture& picture, std::array<unsigned, 3> colour) {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < picture.pixels.size(); i += 4) {
        const bool is_it = std::to_integer<unsigned>(picture.pixels[i]) == colour[0] &&
                           std::to_integer<unsigned>(picture.pixels[i + 1]) == colour[1] &&
                           std::to_integer<unsigned>(picture.pixels[i + 2]) == colour[2];
        count += is_it ? 1U : 0U;
    }
    return count;
}

std::uint64_t count_colours(const ScreenPicture& picture) {
    std::set<std::uint32_t> colours;
    for (std::size_t i = 0; i < picture.pixels.size(); i += 4) {
        std::uint32_t colour = 0;
        std::memcpy(&colour, &picture.pixels[i], sizeof(colour));
        colours.insert(colour);
    }
    return colours.size();
}

std::uint64_t different_pixels(const ScreenPicture& a, const ScreenPicture& b) {
    if (a.size != b.size) {
        return std::max(a.size.area(), b.size.area());
    }
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < a.pixels.size(); i += 4) {
        count += std::equal(&a.pixels[i], &a.pixels[i] + 4, &b.pixels[i]) ? 0U : 1U;
    }
    return count;
}

}  // namespace oriel::testing_support
