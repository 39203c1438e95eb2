// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <windows.h>

#include "relay/cursor_image.h"

namespace oriel::gdi_capture {

/// What a cursor of the system looks like: in colour (with transparency, or inverting what is below
/// by its mask), or black, white and inverting. Nothing where the system does not tell, or a region
/// cannot carry it. Threads: any.
std::optional<CursorImage> cursor_shape(HCURSOR cursor);

}  // namespace oriel::gdi_capture
