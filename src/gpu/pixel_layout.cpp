// SPDX-License-Identifier: MIT
#include "gpu/pixel_layout.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

#include <drm_fourcc.h>
#include <fmt/format.h>
#include <xf86drm.h>

namespace oriel::gpu {
namespace {

struct KnownFormat {
    std::uint32_t fourcc;
    PixelLayout layout;
};

constexpr std::array<KnownFormat, 10> kKnown{{{DRM_FORMAT_XRGB8888, PixelLayout::Xr24},
                                              {DRM_FORMAT_ARGB8888, PixelLayout::Ar24},
                                              {DRM_FORMAT_XBGR8888, PixelLayout::Xb24},
                                              {DRM_FORMAT_ABGR8888, PixelLayout::Ab24},
                                              {DRM_FORMAT_RGB888, PixelLayout::Rg24},
                                              {DRM_FORMAT_RGB565, PixelLayout::Rg16},
                                              {DRM_FORMAT_XRGB2101010, PixelLayout::Xr30},
                                              {DRM_FORMAT_ARGB2101010, PixelLayout::Ar30},
                                              {DRM_FORMAT_XBGR2101010, PixelLayout::Xb30},
                                              {DRM_FORMAT_ABGR2101010, PixelLayout::Ab30}}};

/// Their hardware tiles, and where they told no modifier they did so without saying.
constexpr std::array<std::string_view, 6> kTilesUntold{
    "amdgpu", "radeon", "nouveau", "nvidia-drm", "i915", "xe"};

/// What libdrm hands out is malloc()'s.
std::string take_text(char* text, const char* otherwise) {
    const std::unique_ptr<char, decltype(&std::free)> owned(text, &std::free);
    return owned ? std::string(owned.get()) : otherwise;
}

std::string name_of_modifier(std::uint64_t modifier) {
    return take_text(drmGetFormatModifierName(modifier), "unnamed") +
           fmt::format(" (0x{:x})", modifier);
}

template <unsigned Bits>
constexpr std::uint32_t widen(std::uint32_t value) {
    static_assert(Bits >= 2 && Bits <= 10);
    value &= (1U << Bits) - 1;
    std::uint32_t wide = value << (16 - Bits);
    for (unsigned filled = Bits; filled < 16; filled *= 2) {
        wide |= wide >> filled;
    }
    return wide;
}

std::uint32_t word_at(const std::byte* from) {
    std::uint32_t word = 0;
    std::memcpy(&word, from, sizeof(word));
    return word;
}

DeepPixel deep_rgb8(std::uint32_t red, std::uint32_t green, std::uint32_t blue) {
    return {widen<8>(red), widen<8>(green), widen<8>(blue), 0xFFFF};
}

template <PixelLayout Layout>
DeepPixel unpack(const std::byte* from) {
    if constexpr (Layout == PixelLayout::Rg16) {
        std::uint16_t word = 0;
        std::memcpy(&word, from, sizeof(word));
        return {widen<5>(word >> 11U), widen<6>(word >> 5U), widen<5>(word), 0xFFFF};
    } else if constexpr (Layout == PixelLayout::Rg24) {
        return deep_rgb8(std::to_integer<std::uint32_t>(from[2]),
                         std::to_integer<std::uint32_t>(from[1]),
                         std::to_integer<std::uint32_t>(from[0]));
    } else {
        const std::uint32_t word = word_at(from);
        constexpr bool kIsDeep = Layout >= PixelLayout::Xr30;
        constexpr unsigned kBits = kIsDeep ? 10 : 8;
        constexpr bool kRedIsLow = Layout == PixelLayout::Xb24 || Layout == PixelLayout::Ab24 ||
                                   Layout == PixelLayout::Xb30 || Layout == PixelLayout::Ab30;
        constexpr bool kHasAlpha = Layout == PixelLayout::Ar24 || Layout == PixelLayout::Ab24 ||
                                   Layout == PixelLayout::Ar30 || Layout == PixelLayout::Ab30;
        const std::uint32_t low = widen<kBits>(word);
        const std::uint32_t middle = widen<kBits>(word >> kBits);
        const std::uint32_t high = widen<kBits>(word >> (2 * kBits));
        std::uint32_t alpha = 0xFFFF;
        if constexpr (kHasAlpha) {
            alpha = kIsDeep ? widen<2>(word >> 30U) : widen<8>(word >> 24U);
        }
        return kRedIsLow ? DeepPixel{low, middle, high, alpha}
                         : DeepPixel{high, middle, low, alpha};
    }
}

template <PixelFormat Format>
std::uint32_t pack(const DeepPixel& pixel) {
    if constexpr (Format == PixelFormat::Rgb10a2) {
        return 3U << 30U | (pixel.blue >> 6U) << 20U | (pixel.green >> 6U) << 10U | pixel.red >> 6U;
    } else {
        return 0xFFU << 24U | (pixel.red >> 8U) << 16U | (pixel.green >> 8U) << 8U |
               pixel.blue >> 8U;
    }
}

template <PixelFormat Format>
void put(const DeepPixel& pixel, std::byte* to) {
    const std::uint32_t word = pack<Format>(pixel);
    std::memcpy(to, &word, sizeof(word));
}

/// Calls `body` with the layout as a constant, so that each has a loop of its own.
template <class Body>
void with_layout(PixelLayout layout, const Body& body) {
    using enum PixelLayout;
    switch (layout) {
    case Xr24:
        return body.template operator()<Xr24>();
    case Ar24:
        return body.template operator()<Ar24>();
    case Xb24:
        return body.template operator()<Xb24>();
    case Ab24:
        return body.template operator()<Ab24>();
    case Rg24:
        return body.template operator()<Rg24>();
    case Rg16:
        return body.template operator()<Rg16>();
    case Xr30:
        return body.template operator()<Xr30>();
    case Ar30:
        return body.template operator()<Ar30>();
    case Xb30:
        return body.template operator()<Xb30>();
    case Ab30:
        return body.template operator()<Ab30>();
    }
}

constexpr std::size_t kPackedBytes = sizeof(std::uint32_t);

}  // namespace

std::optional<PixelLayout> layout_of(std::uint32_t fourcc) {
    const auto* const known = std::ranges::find(kKnown, fourcc, &KnownFormat::fourcc);
    return known == kKnown.end() ? std::nullopt : std::optional(known->layout);
}

std::uint32_t bytes_per_pixel(PixelLayout layout) {
    if (layout == PixelLayout::Rg16) {
        return 2;
    }
    return layout == PixelLayout::Rg24 ? 3 : 4;
}

bool has_alpha(PixelLayout layout) {
    return layout == PixelLayout::Ar24 || layout == PixelLayout::Ab24 ||
           layout == PixelLayout::Ar30 || layout == PixelLayout::Ab30;
}

PixelFormat relay_format(PixelLayout layout) {
    return layout >= PixelLayout::Xr30 ? PixelFormat::Rgb10a2 : PixelFormat::Bgra8;
}

PixelLayout layout_as_imported(PixelLayout layout) {
    if (relay_format(layout) == PixelFormat::Rgb10a2) {
        return has_alpha(layout) ? PixelLayout::Ab30 : PixelLayout::Xb30;
    }
    return has_alpha(layout) ? PixelLayout::Ar24 : PixelLayout::Xr24;
}

FramebufferFormat FramebufferFormat::of(std::uint32_t fourcc,
                                        std::optional<std::uint64_t> modifier) {
    const bool is_told = modifier && *modifier != DRM_FORMAT_MOD_INVALID;
    return {fourcc, is_told ? modifier : std::nullopt};
}

std::string name_of(const FramebufferFormat& format) {
    return fmt::format(
        "format {} in {}",
        take_text(drmGetFormatName(format.fourcc), "unknown"),
        format.modifier ? name_of_modifier(*format.modifier) : "a layout that is not told");
}

Result<PixelLayout> readable_layout(const FramebufferFormat& format) {
    if (const auto layout = layout_of(format.fourcc)) {
        return *layout;
    }
    return Failure(Error::unsupported(
        fmt::format("its framebuffer has {}; this version reads XR24, AR24, XB24, AB24, RG24, "
                    "RG16, XR30, AR30, XB30 and AB30",
                    name_of(format))));
}

bool is_linear(const FramebufferFormat& format, std::string_view driver) {
    return format.modifier ? *format.modifier == DRM_FORMAT_MOD_LINEAR
                           : std::ranges::find(kTilesUntold, driver) == kTilesUntold.end();
}

void unpack_row(PixelLayout layout, const std::byte* from, DeepPixel* to, std::size_t count) {
    with_layout(layout, [&]<PixelLayout Layout>() {
        const std::size_t step = bytes_per_pixel(Layout);
        for (std::size_t i = 0; i < count; ++i) {
            to[i] = unpack<Layout>(from + i * step);
        }
    });
}

void pack_row(PixelFormat format, const DeepPixel* from, std::byte* to, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        if (format == PixelFormat::Rgb10a2) {
            put<PixelFormat::Rgb10a2>(from[i], to + i * kPackedBytes);
        } else {
            put<PixelFormat::Bgra8>(from[i], to + i * kPackedBytes);
        }
    }
}

void convert_row(PixelLayout layout,
                 const std::byte* from,
                 PixelFormat format,
                 std::byte* to,
                 std::size_t count) {
    if (is_plain_copy(layout, format)) {
        std::memcpy(to, from, count * kPackedBytes);
        return;
    }
    with_layout(layout, [&]<PixelLayout Layout>() {
        const std::size_t step = bytes_per_pixel(Layout);
        for (std::size_t i = 0; i < count; ++i) {
            if (format == PixelFormat::Rgb10a2) {
                put<PixelFormat::Rgb10a2>(unpack<Layout>(from + i * step), to + i * kPackedBytes);
            } else {
                put<PixelFormat::Bgra8>(unpack<Layout>(from + i * step), to + i * kPackedBytes);
            }
        }
    });
}

bool is_plain_copy(PixelLayout layout, PixelFormat format) {
    if (format == PixelFormat::Bgra8) {
        return layout == PixelLayout::Xr24 || layout == PixelLayout::Ar24;
    }
    return format == PixelFormat::Rgb10a2 &&
           (layout == PixelLayout::Xb30 || layout == PixelLayout::Ab30);
}

}  // namespace oriel::gpu
