// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "relay/geometry.h"

namespace oriel {

enum class CursorKind : std::uint8_t {
    Colour,      ///< 4 bytes a pixel: B, G, R, A, colours premultiplied by alpha.
    Masked,      ///< 4 bytes a pixel: alpha 0 replaces the screen, alpha 255 is XORed with it.
    Monochrome,  ///< 1 bit a pixel, most significant first: `height` AND rows, then as many XOR.
};

/// A pointer's picture, owned. Sides are 1..abi::kMaxCursorSide; rows are `stride` bytes apart.
struct CursorImage {
    CursorKind kind = CursorKind::Colour;
    Size size;
    std::uint32_t stride = 0;
    std::uint32_t hot_x = 0;  ///< From the left edge; inside the image.
    std::uint32_t hot_y = 0;
    std::vector<std::byte> pixels;
};

/// Where an output's pointer is and what it looks like.
struct CursorPosition {
    std::int32_t x = 0;  ///< Of the hot spot, in the output's pixels.
    std::int32_t y = 0;
    enum class Visibility : std::uint8_t { Hidden, Shown } visibility = Visibility::Hidden;

    friend bool operator==(const CursorPosition&, const CursorPosition&) = default;
};

/// What of an output's pointer changed since it was asked last.
struct CursorNews {
    std::optional<CursorPosition> position;
    std::optional<CursorImage> image;
};

/// Multiplies the colours of B, G, R, A pixels by their alpha, as a Colour image has them.
void multiply_by_alpha(std::span<std::byte> pixels);

/// Any kind as premultiplied BGRA, 4 bytes a pixel, stride = width * 4. What would be XORed with
/// the screen (an I-beam's line) becomes opaque black, ringed by white where it would vanish.
CursorImage to_colour(const CursorImage& image);

}  // namespace oriel
