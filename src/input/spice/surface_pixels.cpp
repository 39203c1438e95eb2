// SPDX-License-Identifier: MIT
#include "input/spice/surface_pixels.h"

#include <cstring>

#include <spice/enums.h>

#include "abi/region.h"

namespace oriel {
namespace {

constexpr std::size_t kTargetBytes = 4;

/// 0: not one of ours.
std::size_t bytes_of(int format) {
    switch (format) {
    case SPICE_SURFACE_FMT_32_xRGB:
    case SPICE_SURFACE_FMT_32_ARGB:
        return 4;
    case SPICE_SURFACE_FMT_16_555:
    case SPICE_SURFACE_FMT_16_565:
        return 2;
    default:
        return 0;
    }
}

/// The top bits again below, so that the brightest stays the brightest.
std::uint8_t widened(unsigned value, unsigned bits) {
    return static_cast<std::uint8_t>(value << (8 - bits) | value >> (2 * bits - 8));
}

void widen_row(std::span<const std::byte> from, std::span<std::byte> to, int format) {
    const unsigned green_bits = format == SPICE_SURFACE_FMT_16_565 ? 6 : 5;
    for (std::size_t i = 0; i < from.size() / 2; ++i) {
        std::uint16_t word = 0;
        std::memcpy(&word, &from[2 * i], sizeof(word));
        const unsigned blue = word & 0x1fU;
        const unsigned green = (word >> 5U) & ((1U << green_bits) - 1);
        const unsigned red = unsigned{word} >> (5 + green_bits) & 0x1fU;
        to[4 * i] = std::byte{widened(blue, 5)};
        to[4 * i + 1] = std::byte{widened(green, green_bits)};
        to[4 * i + 2] = std::byte{widened(red, 5)};
        to[4 * i + 3] = std::byte{0xff};
    }
}

}  // namespace

std::optional<SurfacePixels> SurfacePixels::check(const Claim& claim) {
    constexpr int kMostSide = abi::kMaxSide;
    const std::size_t bytes = bytes_of(claim.format);
    if (bytes == 0 || claim.pixels == nullptr || claim.width <= 0 || claim.height <= 0 ||
        claim.width > kMostSide || claim.height > kMostSide || claim.stride <= 0) {
        return std::nullopt;
    }
    const Size size{static_cast<std::uint32_t>(claim.width),
                    static_cast<std::uint32_t>(claim.height)};
    if (static_cast<std::size_t>(claim.stride) < size.width * bytes) {
        return std::nullopt;
    }
    return SurfacePixels(claim, size);
}

void SurfacePixels::copy(const Rect& part, std::span<std::byte> to, std::uint32_t stride) const {
    const Rect seen = part.intersected(Rect::of(size_));
    const std::size_t bytes = bytes_of(format_);
    for (std::uint32_t y = seen.y; y < seen.bottom(); ++y) {
        const std::span row(pixels_ + y * stride_ + seen.x * bytes, seen.width * bytes);
        const std::span target =
            to.subspan(std::size_t{y} * stride + seen.x * kTargetBytes, seen.width * kTargetBytes);
        if (bytes == kTargetBytes) {
            std::memcpy(target.data(), row.data(), row.size());
        } else {
            widen_row(row, target, format_);
        }
    }
}

std::string refused_format(int format) {
    switch (format) {
    case SPICE_SURFACE_FMT_1_A:
        return "1 bit (1_A)";
    case SPICE_SURFACE_FMT_8_A:
        return "8 bits (8_A)";
    default:
        return bytes_of(format) != 0 ? "" : "an unknown kind (" + std::to_string(format) + ")";
    }
}

}  // namespace oriel
