// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>

namespace oriel {

/// Pixels.
struct Size {
    std::uint32_t width = 0;
    std::uint32_t height = 0;

    bool is_empty() const { return width == 0 || height == 0; }

    std::uint64_t area() const { return std::uint64_t{width} * height; }

    friend bool operator==(const Size&, const Size&) = default;
};

/// Pixels; `x + width` and `y + height` never exceed 2^16 (sides are at most abi::kMaxSide).
struct Rect {
    std::uint32_t x = 0;
    std::uint32_t y = 0;
    std::uint32_t width = 0;
    std::uint32_t height = 0;

    static Rect of(Size size) { return {0, 0, size.width, size.height}; }

    std::uint32_t right() const { return x + width; }

    std::uint32_t bottom() const { return y + height; }

    bool is_empty() const { return width == 0 || height == 0; }

    std::uint64_t area() const { return std::uint64_t{width} * height; }

    bool contains(const Rect& other) const {
        return other.x >= x && other.y >= y && other.right() <= right() &&
               other.bottom() <= bottom();
    }

    /// Empty (0 x 0) where the two do not overlap.
    Rect intersected(const Rect& other) const {
        const std::uint32_t left = std::max(x, other.x);
        const std::uint32_t top = std::max(y, other.y);
        const std::uint32_t far_x = std::min(right(), other.right());
        const std::uint32_t far_y = std::min(bottom(), other.bottom());
        if (left >= far_x || top >= far_y) {
            return {};
        }
        return {left, top, far_x - left, far_y - top};
    }

    /// The smallest rectangle around both; an empty one adds nothing.
    Rect united(const Rect& other) const {
        if (is_empty()) {
            return other;
        }
        if (other.is_empty()) {
            return *this;
        }
        const std::uint32_t left = std::min(x, other.x);
        const std::uint32_t top = std::min(y, other.y);
        return {left,
                top,
                std::max(right(), other.right()) - left,
                std::max(bottom(), other.bottom()) - top};
    }

    friend bool operator==(const Rect&, const Rect&) = default;
};

}  // namespace oriel
