// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

#include "base/clock.h"
#include "relay/geometry.h"

namespace oriel {

/// How a pixel lies in memory. Alpha is never transmitted meaning: readers take it as opaque. The
/// formats of three bytes are other protocols' only: no publisher of ours has them.
enum class PixelFormat : std::uint8_t {
    Bgra8,    ///< 4 bytes: B, G, R, undefined (DRM XRGB8888; X11 depth 24 on little-endian).
    Rgba8,    ///< 4 bytes: R, G, B, undefined (DRM XBGR8888).
    Rgb10a2,  ///< 4 bytes: R in the low ten bits, then G, B (DRM XBGR2101010).
    Rgba16f,  ///< 8 bytes: R, G, B, undefined as binary16 (DRM XBGR16161616F).
    Bgr8,     ///< 3 bytes: B, G, R (DRM RGB888).
    Rgb8,     ///< 3 bytes: R, G, B (DRM BGR888).
};

constexpr std::uint32_t bytes_per_pixel(PixelFormat format) {
    switch (format) {
    case PixelFormat::Rgba16f:
        return 8;
    case PixelFormat::Bgr8:
    case PixelFormat::Rgb8:
        return 3;
    default:
        return 4;
    }
}

/// A picture's shape in memory: `height` rows, `stride` bytes apart, top row first.
struct FrameGeometry {
    Size size;
    std::uint32_t stride = 0;  ///< Bytes, at least width * bytes_per_pixel.
    PixelFormat format = PixelFormat::Bgra8;
    std::uint32_t transform = 0;  ///< abi::kTransform...

    std::uint64_t row_bytes() const { return std::uint64_t{size.width} * bytes_per_pixel(format); }

    /// From the first pixel to the end of the last row.
    std::uint64_t bytes() const {
        return size.is_empty() ? 0 : std::uint64_t{stride} * (size.height - 1) + row_bytes();
    }

    friend bool operator==(const FrameGeometry&, const FrameGeometry&) = default;
};

/// Colours as ITU-T H.273 numbers them, and HDR10 metadata; 0 means not told.
struct ColourInfo {
    std::uint32_t primaries = 1;
    std::uint32_t transfer = 13;
    std::uint32_t sdr_white_millinits = 0;
    std::array<std::uint16_t, 8> hdr_primaries{};
    std::uint32_t hdr_max_millinits = 0;
    std::uint32_t hdr_min_millinits = 0;
    std::uint32_t hdr_max_cll = 0;
    std::uint32_t hdr_max_fall = 0;

    friend bool operator==(const ColourInfo&, const ColourInfo&) = default;
};

/// By the publisher's clock; zero: not told.
struct FrameTimes {
    Nanoseconds vblank{0};
    Nanoseconds capture_start{0};  ///< The source learned of the change.
    Nanoseconds announced{0};
    Nanoseconds finished{0};  ///< The last pixel was in place.
};

/// All there is to know of a frame but its pixels. On the subscriber's side every value has been
/// checked: a geometry that fits its slot, a crop inside the picture.
struct FrameInfo {
    std::uint64_t sequence = 0;
    FrameGeometry geometry;
    Rect crop;
    ColourInfo colour;
    std::uint32_t flags = 0;
    std::uint32_t content_type = 0;
    FrameTimes times;
};

}  // namespace oriel
