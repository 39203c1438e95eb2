// SPDX-License-Identifier: MIT
#include "present/wayland/shm_formats.h"

#include <wayland-client.h>

namespace oriel {

std::optional<std::uint32_t> shm_format(const WaylandConnection& connection, PixelFormat format) {
    std::uint32_t number = 0;
    switch (format) {
    case PixelFormat::Bgra8:
        return WL_SHM_FORMAT_XRGB8888;  // Which all have.
    case PixelFormat::Rgba8:
        number = WL_SHM_FORMAT_XBGR8888;
        break;
    case PixelFormat::Rgb10a2:
        number = WL_SHM_FORMAT_XBGR2101010;
        break;
    default:
        return std::nullopt;
    }
    return connection.has_shm_format(number) ? std::optional(number) : std::nullopt;
}

}  // namespace oriel
