// SPDX-License-Identifier: MIT
#include "capture/pattern/pattern_picture.h"

#include <algorithm>
#include <cstring>

#include "relay/copy_kernel.h"

namespace oriel {
namespace {

constexpr std::uint32_t kPixelBytes = 4;
constexpr std::uint32_t kStrideUnit = 256;

/// Frames this far apart look the same but for the stamp.
constexpr std::uint32_t kPeriod = 64;

constexpr std::uint32_t kOpaque = 0xFF000000;
constexpr std::uint32_t kColourMask = 0x00FFFFFF;

/// 0 to 255 and back.
std::uint32_t wave(std::uint32_t value) {
    constexpr std::uint32_t kCrest = 0xFF;
    const std::uint32_t low = value & kCrest;
    return (value & (kCrest + 1)) != 0 ? kCrest - low : low;
}

/// Red and green are waves; blue is a grain of 64 steps whose two low bits tell rows less than
/// four apart from one another: each pixel changes from frame to frame.
std::uint32_t background_pixel(std::uint32_t x, std::uint32_t row) {
    std::uint32_t grain = x * 0x9E3779B1U ^ row * 0x85EBCA77U;
    grain = (grain ^ grain >> 15U) * 0x2C1B3C6DU;
    grain ^= grain >> 13U;
    return kOpaque | wave(x) << 16U | wave(row) << 8U | (grain & 0xFCU) | (row & 3U);
}

/// Back and forth between 0 and `room`.
std::uint32_t bounce(std::uint64_t distance, std::uint32_t room) {
    if (room == 0) {
        return 0;
    }
    const auto place = static_cast<std::uint32_t>(distance % (2 * std::uint64_t{room}));
    return place <= room ? place : 2 * room - place;
}

/// Far apart for frames next to one another.
std::uint32_t rect_colour(std::uint64_t frame) {
    return kOpaque | (static_cast<std::uint32_t>(frame) * 0x9E3779B1U & kColourMask);
}

bool same_colours(const std::byte* a, const std::byte* b, std::uint32_t count) {
    if (std::memcmp(a, b, std::size_t{count} * kPixelBytes) == 0) {
        return true;
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        std::uint32_t first = 0;
        std::uint32_t second = 0;
        std::memcpy(&first, a + std::size_t{i} * kPixelBytes, kPixelBytes);
        std::memcpy(&second, b + std::size_t{i} * kPixelBytes, kPixelBytes);
        if (((first ^ second) & kColourMask) != 0) {
            return false;
        }
    }
    return true;
}

}  // namespace

PatternPicture::PatternPicture(const PatternOptions& options) : options_(options) {
    const Size size = options.size;
    const std::uint32_t rows =
        size.height + (options.change == PatternChange::Full ? kPeriod - 1 : 0);
    background_.resize(std::size_t{size.width} * rows);
    auto pixel = background_.begin();
    for (std::uint32_t row = 0; row < rows; ++row) {
        for (std::uint32_t x = 0; x < size.width; ++x) {
            *pixel++ = background_pixel(x, row);
        }
    }
}

FrameGeometry PatternPicture::geometry() const {
    const std::uint32_t row_bytes = options_.size.width * kPixelBytes;
    const std::uint32_t stride = (row_bytes + kStrideUnit - 1) / kStrideUnit * kStrideUnit;
    return {options_.size, stride, PixelFormat::Bgra8, 0};
}

Damage PatternPicture::change(std::uint64_t before, std::uint64_t now) const {
    if (before == now || (options_.change == PatternChange::Still && before != 0)) {
        return {};
    }
    if (before == 0 || options_.change == PatternChange::Full) {
        return Damage::whole(options_.size);
    }
    Damage damage(stamp_area(options_.size));
    damage.add(moving_rect(before));
    damage.add(moving_rect(now));
    return damage;
}

void PatternPicture::paint(std::span<std::byte> pixels,
                           const FrameGeometry& geometry,
                           const Rect& part,
                           const PatternStamp& stamp) const {
    const auto place = [&](const Rect& rect) {
        return pixels.data() + std::size_t{rect.y} * geometry.stride +
               std::size_t{rect.x} * kPixelBytes;
    };
    copy_rows(place(part),
              background(part, stamp.frame),
              {std::uint64_t{part.width} * kPixelBytes,
               part.height,
               geometry.stride,
               std::uint64_t{options_.size.width} * kPixelBytes});
    if (options_.change == PatternChange::Rect) {
        Rect row = moving_rect(stamp.frame).intersected(part);
        const std::uint32_t bottom = row.bottom();
        for (; row.y < bottom; ++row.y) {
            std::fill_n(
                reinterpret_cast<std::uint32_t*>(place(row)), row.width, rect_colour(stamp.frame));
        }
    }
    write_stamp(pixels, geometry, part, stamp);
}

bool PatternPicture::matches(std::span<const std::byte> pixels,
                             const FrameGeometry& geometry,
                             std::uint64_t frame) const {
    const auto stamp = read_stamp(pixels, geometry);
    if (geometry.size != options_.size || !stamp || stamp->frame != frame) {
        return false;
    }
    const FrameGeometry packed{
        geometry.size, geometry.size.width * kPixelBytes, PixelFormat::Bgra8, 0};
    std::vector<std::byte> wanted(packed.bytes());
    paint(wanted, packed, Rect::of(packed.size), *stamp);
    for (std::size_t row = 0; row < packed.size.height; ++row) {
        if (!same_colours(pixels.data() + row * geometry.stride,
                          wanted.data() + row * packed.stride,
                          packed.size.width)) {
            return false;
        }
    }
    return true;
}

/// Never on the stamp, which would hide it from time to time.
Rect PatternPicture::moving_rect(std::uint64_t frame) const {
    constexpr std::uint64_t kStepX = 7;
    constexpr std::uint64_t kStepY = 5;
    const Size size = options_.size;
    const std::uint32_t top = stamp_area(size).bottom();
    const std::uint32_t width = std::min(options_.rect.width, size.width);
    const std::uint32_t height = std::min(options_.rect.height, size.height - top);
    return {bounce(frame * kStepX, size.width - width),
            top + bounce(frame * kStepY, size.height - top - height),
            width,
            height};
}

const std::byte* PatternPicture::background(const Rect& part, std::uint64_t frame) const {
    const std::uint64_t shift = options_.change == PatternChange::Full ? frame % kPeriod : 0;
    return reinterpret_cast<const std::byte*>(background_.data() +
                                              (part.y + shift) * options_.size.width + part.x);
}

bool verify_pattern(std::span<const std::byte> pixels,
                    const FrameGeometry& geometry,
                    const PatternOptions& options,
                    std::uint64_t frame) {
    return PatternPicture(options).matches(pixels, geometry, frame);
}

}  // namespace oriel
