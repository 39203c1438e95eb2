// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "relay/geometry.h"

namespace oriel {

/// 0xRRGGBB: behind text, and beside pictures that do not fill their window.
inline constexpr std::uint32_t kPanelColour = 0x1D2024;
inline constexpr std::uint32_t kBarColour = 0x000000;

/// A block of text, centred lines on kPanelColour, as BGRX8 rows without gaps.
struct TextPanel {
    Size size;
    std::vector<std::byte> pixels;
};

/// Lays `text` (UTF-8) out for a window, wrapped to fit; no larger than the window.
/// Blocks: the first call looks for fonts, tens of milliseconds.
TextPanel render_text_panel(const std::string& text, Size window);

}  // namespace oriel
