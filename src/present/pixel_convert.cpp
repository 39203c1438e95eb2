// SPDX-License-Identifier: MIT
#include "present/pixel_convert.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/assert.h"

namespace oriel {
namespace {

static_assert(std::endian::native == std::endian::little);

/// Where a pixel of the upright picture lies in memory: `origin + x * across + y * down` bytes.
struct Walk {
    std::ptrdiff_t origin;
    std::ptrdiff_t across;
    std::ptrdiff_t down;
};

Walk walk_upright(const FrameInfo& info) {
    const Rect seen = visible_part(info);
    const std::ptrdiff_t pixel = bytes_per_pixel(info.geometry.format);
    const std::ptrdiff_t row = info.geometry.stride;
    const bool is_mirrored = (info.geometry.transform & 4U) != 0;
    const std::ptrdiff_t right = is_mirrored ? -pixel : pixel;
    const std::ptrdiff_t last_column = seen.width - 1;
    const std::ptrdiff_t last_row = seen.height - 1;
    // Of the upper left pixel once the mirror is undone.
    const std::ptrdiff_t start =
        seen.y * row + seen.x * pixel + (is_mirrored ? last_column * pixel : 0);
    switch (info.geometry.transform & 3U) {
    case 1:
        return {start + last_row * row, -row, right};
    case 2:
        return {start + last_row * row + last_column * right, -right, -row};
    case 3:
        return {start + last_column * right, row, -right};
    default:
        return {start, right, row};
    }
}

float half_to_float(std::uint16_t half) {
    const std::uint32_t exponent = (half >> 10U) & 0x1FU;
    const float fraction = static_cast<float>(half & 0x3FFU) / 1024.0F;
    const float sign = (half & 0x8000U) != 0 ? -1.0F : 1.0F;
    if (exponent == 0) {
        return sign * std::ldexp(fraction, -14);
    }
    return sign * std::ldexp(1.0F + fraction, static_cast<int>(exponent) - 15);
}

std::uint8_t encode_srgb(float linear) {
    const float cut = std::clamp(linear, 0.0F, 1.0F);
    const float encoded =
        cut <= 0.0031308F ? 12.92F * cut : 1.055F * std::pow(cut, 1.0F / 2.4F) - 0.055F;
    return static_cast<std::uint8_t>(std::lround(encoded * 255.0F));
}

using HalfTable = std::array<std::uint8_t, 65536>;

HalfTable make_half_table() {
    HalfTable table{};
    for (std::uint32_t half = 0; half < table.size(); ++half) {
        table[half] = encode_srgb(half_to_float(static_cast<std::uint16_t>(half)));
    }
    for (std::uint32_t payload = 1; payload < 0x400; ++payload) {  // Not a number: black.
        table[0x7C00U + payload] = 0;
    }
    return table;
}

/// Takes 3 ms and 64 KiB, once, where such a picture is met.
const HalfTable& half_table() {
    static const HalfTable table = make_half_table();
    return table;
}

template <class T>
T load(const std::byte* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

constexpr std::uint32_t kOpaque = 0xFF000000U;

struct FromBgra8 {
    std::uint32_t operator()(const std::byte* from) const {
        return load<std::uint32_t>(from) | kOpaque;
    }
};

struct FromRgba8 {
    std::uint32_t operator()(const std::byte* from) const {
        const auto rgba = load<std::uint32_t>(from);
        return kOpaque | (rgba & 0xFFU) << 16U | (rgba & 0xFF00U) | (rgba >> 16U & 0xFFU);
    }
};

struct FromRgb10a2 {
    std::uint32_t operator()(const std::byte* from) const {
        const auto rgb = load<std::uint32_t>(from);
        return kOpaque | (rgb >> 2U & 0xFFU) << 16U | (rgb >> 12U & 0xFFU) << 8U |
               (rgb >> 22U & 0xFFU);
    }
};

struct FromRgba16f {
    const HalfTable& table = half_table();

    std::uint32_t operator()(const std::byte* from) const {
        const auto rgba = load<std::uint64_t>(from);
        const std::uint32_t red = table[rgba & 0xFFFFU];
        const std::uint32_t green = table[rgba >> 16U & 0xFFFFU];
        const std::uint32_t blue = table[rgba >> 32U & 0xFFFFU];
        return kOpaque | red << 16U | green << 8U | blue;
    }
};

/// Three bytes a pixel. `RedLast`: B, G, R in memory.
template <bool RedLast>
struct From24 {
    std::uint32_t operator()(const std::byte* from) const {
        const std::uint32_t pixel =
            load<std::uint16_t>(from) | std::to_integer<std::uint32_t>(from[2]) << 16U | kOpaque;
        return RedLast ? pixel : swapped(pixel);
    }

    /// Four pixels that lie one behind the other.
    static void convert_four(const std::byte* from, std::byte* to) {
        const auto first = load<std::uint32_t>(from);
        const auto second = load<std::uint32_t>(from + 4);
        const auto third = load<std::uint32_t>(from + 8);
        std::array<std::uint32_t, 4> pixels{
            first, first >> 24U | second << 8U, second >> 16U | third << 16U, third >> 8U};
        for (std::uint32_t& pixel : pixels) {
            pixel = (RedLast ? pixel : swapped(pixel)) | kOpaque;
        }
        std::memcpy(to, pixels.data(), sizeof pixels);
    }

  private:
    static std::uint32_t swapped(std::uint32_t pixel) {
        return (pixel & 0xFF00FF00U) | (pixel & 0xFFU) << 16U | (pixel >> 16U & 0xFFU);
    }
};

using FromBgr8 = From24<true>;
using FromRgb8 = From24<false>;

template <class Read>
void convert_rows(const std::byte* pixels,
                  const Walk& walk,
                  const Rect& part,
                  const BgrxImage& target,
                  Read read) {
    for (std::uint32_t y = part.y; y < part.bottom(); ++y) {
        std::byte* to = &target.bytes[std::size_t{y} * target.stride + std::size_t{part.x} * 4];
        std::ptrdiff_t from =
            walk.origin + std::ptrdiff_t{y} * walk.down + std::ptrdiff_t{part.x} * walk.across;
        std::uint32_t x = 0;
        if constexpr (requires { Read::convert_four(to, to); }) {
            if (walk.across == 3) {
                for (; x + 4 <= part.width; x += 4) {
                    Read::convert_four(pixels + from, to);
                    to += 4 * sizeof(std::uint32_t);
                    from += 4 * walk.across;
                }
            }
        }
        for (; x < part.width; ++x) {
            const std::uint32_t bgrx = read(pixels + from);
            std::memcpy(to, &bgrx, sizeof bgrx);
            to += sizeof bgrx;
            from += walk.across;
        }
    }
}

}  // namespace

Rect visible_part(const FrameInfo& info) {
    const Rect whole = Rect::of(info.geometry.size);
    const Rect cut = info.crop.intersected(whole);
    return cut.is_empty() ? whole : cut;
}

Size shown_size(const FrameInfo& info) {
    const Rect seen = visible_part(info);
    const bool is_turned = (info.geometry.transform & 1U) != 0;
    return is_turned ? Size{seen.height, seen.width} : Size{seen.width, seen.height};
}

Rect to_shown(const FrameInfo& info, const Rect& stored) {
    const Rect seen = visible_part(info);
    const Rect part = stored.intersected(seen);
    if (part.is_empty()) {
        return {};
    }
    const bool is_mirrored = (info.geometry.transform & 4U) != 0;
    const std::uint32_t right = seen.right() - part.right();
    const std::uint32_t below = seen.bottom() - part.bottom();
    const std::uint32_t before = part.x - seen.x;
    const std::uint32_t x = is_mirrored ? right : before;
    const std::uint32_t mirrored_x = is_mirrored ? before : right;
    const std::uint32_t y = part.y - seen.y;
    switch (info.geometry.transform & 3U) {
    case 1:
        return {below, x, part.height, part.width};
    case 2:
        return {mirrored_x, below, part.width, part.height};
    case 3:
        return {y, mirrored_x, part.height, part.width};
    default:
        return {x, y, part.width, part.height};
    }
}

void convert_to_bgrx(const FrameInfo& info,
                     std::span<const std::byte> pixels,
                     const Rect& part,
                     const BgrxImage& target) {
    if (part.is_empty()) {
        return;
    }
    ORIEL_ASSERT(pixels.size() >= info.geometry.bytes());
    ORIEL_ASSERT(Rect::of(shown_size(info)).contains(part));
    ORIEL_ASSERT(Rect::of(target.size).contains(part));
    ORIEL_ASSERT(target.bytes.size() >= std::uint64_t{target.stride} * (target.size.height - 1) +
                                            std::uint64_t{target.size.width} * 4);
    const Walk walk = walk_upright(info);
    switch (info.geometry.format) {
    case PixelFormat::Bgra8:
        return convert_rows(pixels.data(), walk, part, target, FromBgra8{});
    case PixelFormat::Rgba8:
        return convert_rows(pixels.data(), walk, part, target, FromRgba8{});
    case PixelFormat::Rgb10a2:
        return convert_rows(pixels.data(), walk, part, target, FromRgb10a2{});
    case PixelFormat::Rgba16f:
        return convert_rows(pixels.data(), walk, part, target, FromRgba16f{});
    case PixelFormat::Bgr8:
        return convert_rows(pixels.data(), walk, part, target, FromBgr8{});
    case PixelFormat::Rgb8:
        return convert_rows(pixels.data(), walk, part, target, FromRgb8{});
    }
}

}  // namespace oriel
