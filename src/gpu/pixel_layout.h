// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "relay/frame_info.h"

namespace oriel::gpu {

/// How the pixels of a row lie in memory, by their DRM names.
enum class PixelLayout : std::uint8_t {
    Xr24,
    Ar24,
    Xb24,
    Ab24,
    Rg24,
    Rg16,
    Xr30,
    Ar30,
    Xb30,
    Ab30
};

/// Nothing where this version cannot read the format (a DRM fourcc).
std::optional<PixelLayout> layout_of(std::uint32_t fourcc);

std::uint32_t bytes_per_pixel(PixelLayout layout);

bool has_alpha(PixelLayout layout);

/// The relay's format that holds all of its colours: Bgra8, or Rgb10a2 for ten bits.
PixelFormat relay_format(PixelLayout layout);

/// What a GPU makes of it for us (framebuffer_importer.h): that format, with or without alpha.
PixelLayout layout_as_imported(PixelLayout layout);

/// What a framebuffer says of itself.
struct FramebufferFormat {
    std::uint32_t fourcc = 0;
    std::optional<std::uint64_t> modifier;  ///< Nothing: the driver did not tell the layout.

    /// What DRM_FORMAT_MOD_INVALID stands for is nothing, too.
    static FramebufferFormat of(std::uint32_t fourcc, std::optional<std::uint64_t> modifier);

    friend bool operator==(const FramebufferFormat&, const FramebufferFormat&) = default;
};

/// "format XR24 in I915_FORMAT_MOD_Y_TILED (0x100000000000002)", as DRM names them.
std::string name_of(const FramebufferFormat& format);

/// The layout of its pixels. Errors: Unsupported, naming it, where this version reads none such.
Result<PixelLayout> readable_layout(const FramebufferFormat& format);

/// Whether its rows lie in memory one after the other. `driver` as the kernel names it: where it
/// may tile without telling, an untold layout is none.
bool is_linear(const FramebufferFormat& format, std::string_view driver);

/// Colours of sixteen bits each, as every other depth becomes by repeating its bits.
struct DeepPixel {
    std::uint32_t red = 0;
    std::uint32_t green = 0;
    std::uint32_t blue = 0;
    std::uint32_t alpha = 0xFFFF;

    friend bool operator==(const DeepPixel&, const DeepPixel&) = default;
};

void unpack_row(PixelLayout layout, const std::byte* from, DeepPixel* to, std::size_t count);

/// `format` is Bgra8 or Rgb10a2; what is deeper loses its low bits.
void pack_row(PixelFormat format, const DeepPixel* from, std::byte* to, std::size_t count);

/// Both at once; where the bytes are the same already it is a plain copy.
void convert_row(PixelLayout layout,
                 const std::byte* from,
                 PixelFormat format,
                 std::byte* to,
                 std::size_t count);

/// Whether convert_row() changes no byte but the undefined ones.
bool is_plain_copy(PixelLayout layout, PixelFormat format);

}  // namespace oriel::gpu
