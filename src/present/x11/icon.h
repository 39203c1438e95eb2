// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

namespace oriel {

/// The program's picture as _NET_WM_ICON wants it: width, height, then rows of ARGB. It is drawn
/// here, by a few rectangles: a bay window standing out from a wall.
std::vector<std::uint32_t> make_icon();

}  // namespace oriel
