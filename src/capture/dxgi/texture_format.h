// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <dxgi1_6.h>

#include "relay/frame_info.h"

namespace oriel::dxgi_capture {

/// How a texture's pixels are named in a region; nothing: no region carries them.
std::optional<PixelFormat> pixel_format(DXGI_FORMAT format);

/// The other way round, without sRGB or typeless variants.
DXGI_FORMAT dxgi_format(PixelFormat format);

/// As abi::kTransform...: the clockwise turns that put a texture upright. The desktop's texture is
/// never rotated; a portrait screen's lies on its side in it.
std::uint32_t transform_of(DXGI_MODE_ROTATION rotation);

/// With rows as long as regions want them, which suits GPUs as well.
FrameGeometry geometry_of(Size stored, PixelFormat format, std::uint32_t transform);

}  // namespace oriel::dxgi_capture
