// SPDX-License-Identifier: MIT
#include "capture/pattern/pattern_stamp.h"

#include <algorithm>
#include <bit>

namespace oriel {
namespace {

constexpr std::uint32_t kBlock = 8;  // Pixels, both sides.
constexpr std::uint32_t kWordBits = 64;
constexpr std::uint32_t kChecksumBits = 32;
constexpr std::uint32_t kBits = 2 * kWordBits + kChecksumBits;
constexpr std::uint32_t kPixelBytes = 4;
constexpr std::uint32_t kWhite = 0xFFFFFFFF;
constexpr std::uint32_t kBlack = 0xFF000000;

std::uint32_t blocks_in_row(Size size) {
    return std::min(size.width / kBlock, kBits);
}

Rect block_area(std::uint32_t index, std::uint32_t in_row) {
    return {index % in_row * kBlock, index / in_row * kBlock, kBlock, kBlock};
}

/// Not 0 for zeros: a black picture has no stamp.
std::uint32_t checksum(std::uint64_t frame, std::uint64_t time) {
    constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15;
    constexpr int kTurn = 29;
    std::uint64_t mixed = (frame + 1) * kFactor;
    mixed = std::rotl(mixed ^ time, kTurn) * kFactor;
    return static_cast<std::uint32_t>((mixed ^ (mixed >> kTurn)) >> kChecksumBits);
}

/// The stamp's bits, number first.
struct Bits {
    std::uint64_t frame = 0;
    std::uint64_t time = 0;
    std::uint32_t sum = 0;

    bool at(std::uint32_t index) const {
        if (index < kWordBits) {
            return (frame >> (kWordBits - 1 - index) & 1U) != 0;
        }
        if (index < 2 * kWordBits) {
            return (time >> (2 * kWordBits - 1 - index) & 1U) != 0;
        }
        return (sum >> (kBits - 1 - index) & 1U) != 0;
    }

    void append(std::uint32_t index, std::uint32_t bit) {
        if (index < kWordBits) {
            frame = frame << 1U | bit;
        } else if (index < 2 * kWordBits) {
            time = time << 1U | bit;
        } else {
            sum = sum << 1U | bit;
        }
    }
};

void fill(std::span<std::byte> pixels,
          const FrameGeometry& geometry,
          const Rect& rect,
          std::uint32_t colour) {
    for (std::uint32_t y = rect.y; y < rect.bottom(); ++y) {
        auto* const row = pixels.data() + std::size_t{y} * geometry.stride;
        std::fill_n(reinterpret_cast<std::uint32_t*>(row) + rect.x, rect.width, colour);
    }
}

}  // namespace

Rect stamp_area(Size size) {
    const std::uint32_t in_row = blocks_in_row(size);
    if (in_row == 0) {
        return {};
    }
    const Rect area{0, 0, in_row * kBlock, (kBits + in_row - 1) / in_row * kBlock};
    return area.height <= size.height ? area : Rect{};
}

void write_stamp(std::span<std::byte> pixels,
                 const FrameGeometry& geometry,
                 const Rect& part,
                 const PatternStamp& stamp) {
    if (stamp_area(geometry.size).intersected(part).is_empty()) {
        return;
    }
    const auto time = static_cast<std::uint64_t>(stamp.time.count());
    const Bits bits{stamp.frame, time, checksum(stamp.frame, time)};
    for (std::uint32_t i = 0; i < kBits; ++i) {
        const Rect block = block_area(i, blocks_in_row(geometry.size)).intersected(part);
        fill(pixels, geometry, block, bits.at(i) ? kWhite : kBlack);
    }
}

std::optional<PatternStamp> read_stamp(std::span<const std::byte> pixels,
                                       const FrameGeometry& geometry) {
    if (stamp_area(geometry.size).is_empty() || pixels.size() < geometry.bytes() ||
        bytes_per_pixel(geometry.format) != kPixelBytes) {
        return std::nullopt;
    }
    constexpr std::uint32_t kGreenByte = 1;
    constexpr std::byte kHalf{128};
    Bits bits;
    for (std::uint32_t i = 0; i < kBits; ++i) {
        const Rect block = block_area(i, blocks_in_row(geometry.size));
        const std::size_t middle = std::size_t{block.y + kBlock / 2} * geometry.stride +
                                   std::size_t{block.x + kBlock / 2} * kPixelBytes;
        bits.append(i, pixels[middle + kGreenByte] >= kHalf ? 1 : 0);
    }
    if (bits.sum != checksum(bits.frame, bits.time)) {
        return std::nullopt;
    }
    return PatternStamp{bits.frame, Nanoseconds(static_cast<std::int64_t>(bits.time))};
}

}  // namespace oriel
