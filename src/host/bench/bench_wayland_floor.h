// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "relay/geometry.h"

namespace oriel {

/// The least that a Wayland client can do for full-screen changes: three buffers, and for each
/// refresh one of them is attached and committed, all of it as damage. Never returns while the
/// display is there; false where it could not begin.
bool commit_by_floor(const std::string& display, Size size);

}  // namespace oriel
