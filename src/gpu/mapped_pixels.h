// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>

#include "gpu/pixel_layout.h"
#include "relay/geometry.h"

namespace oriel::gpu {

/// A framebuffer's pixels, mapped.
///
/// Lifetime: as long as it is held the memory stays this framebuffer's, whatever becomes of its id.
/// Trust: whoever draws on the screen writes it at any time.
struct MappedPixels {
    Size size;
    std::size_t stride = 0;
    PixelLayout layout = PixelLayout::Xr24;
    std::span<const std::byte> bytes;  ///< Checked: stride * (height - 1) + a row, at least.
};

}  // namespace oriel::gpu
