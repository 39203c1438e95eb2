// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "relay/geometry.h"

namespace oriel {

/// 0xRRGGBB: around a message, and beside pictures that do not fill their window.
inline constexpr std::uint32_t kMessageColour = 0x1D2024;
inline constexpr std::uint32_t kBarColour = 0x000000;

/// What a presenter shows above the picture, which is never written to. All at once may be there.
enum class Layer : std::uint8_t {
    Message,  ///< In the window's middle, on kMessageColour, which hides all of the picture.
    Overlay,  ///< In its top left corner, above a message too; the rest stays as it is.
};

inline constexpr std::size_t kLayerCount = 2;

/// The content of a layer: opaque, BGRX8 rows without gaps, one for one in the window's own
/// (device) pixels. What does not fit into the window is cut off.
struct LayerImage {
    Size size{};  ///< Empty: no layer.
    // NOLINTNEXTLINE(readability-redundant-member-init): gcc wants it
    std::vector<std::byte> pixels{};  ///< size.area() * 4.
};

}  // namespace oriel
