// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include <dxgi1_2.h>

#include "relay/cursor_image.h"

namespace oriel::dxgi_capture {

/// What IDXGIOutputDuplication::GetFramePointerShape() told, as a region carries it. Layouts:
/// DXGI_OUTDUPL_POINTER_SHAPE_TYPE. Nothing: it is of no kind or size that a region can carry, or
/// `bytes` do not hold it.
std::optional<CursorImage> to_cursor_image(const DXGI_OUTDUPL_POINTER_SHAPE_INFO& info,
                                           std::span<const std::byte> bytes);

}  // namespace oriel::dxgi_capture
