// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "present/wayland/connection.h"
#include "relay/frame_info.h"

namespace oriel {

/// wl_shm's number for a format, where this compositor takes it and means the same by it.
///
/// Binary16 is linear light; without colour management compositors take its values as encoded, and
/// show it too dark: it is never handed on.
std::optional<std::uint32_t> shm_format(const WaylandConnection& connection, PixelFormat format);

}  // namespace oriel
