// SPDX-License-Identifier: MIT
#pragma once

namespace oriel {

/// "0.1.0". Programs of different versions work together: what has to match is the region's
/// major version (abi/region.h).
inline constexpr const char* kVersion = ORIEL_VERSION;

}  // namespace oriel
