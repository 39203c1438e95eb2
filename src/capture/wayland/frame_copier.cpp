// SPDX-License-Identifier: MIT
#include "capture/wayland/frame_copier.h"

namespace oriel::wayland_capture {

std::optional<PixelFormat> region_format(std::uint32_t shm_format) {
    switch (shm_format) {
    case WL_SHM_FORMAT_XRGB8888:
    case WL_SHM_FORMAT_ARGB8888:
        return PixelFormat::Bgra8;
    case WL_SHM_FORMAT_XBGR8888:
    case WL_SHM_FORMAT_ABGR8888:
        return PixelFormat::Rgba8;
    case WL_SHM_FORMAT_XBGR2101010:
    case WL_SHM_FORMAT_ABGR2101010:
        return PixelFormat::Rgb10a2;
    case WL_SHM_FORMAT_XBGR16161616F:
    case WL_SHM_FORMAT_ABGR16161616F:
        return PixelFormat::Rgba16f;
    default:
        return std::nullopt;
    }
}

Nanoseconds time_of(std::uint32_t high, std::uint32_t low, std::uint32_t nanoseconds) {
    // The high word is 0 for centuries to come; whatever else somebody says must not overflow.
    if (high != 0) {
        return Nanoseconds(0);
    }
    return std::chrono::seconds(low) + Nanoseconds(nanoseconds);
}

}  // namespace oriel::wayland_capture
