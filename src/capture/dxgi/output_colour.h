// SPDX-License-Identifier: MIT
#pragma once

#include <dxgi1_6.h>

#include "relay/frame_info.h"

namespace oriel::dxgi_capture {

/// What is known of an output's colours whatever format its pixels have.
struct OutputColour {
    bool is_hdr = false;                    ///< Shows BT.2020 in PQ.
    std::uint32_t sdr_white_millinits = 0;  ///< 0: not told.
    DXGI_OUTPUT_DESC1 display{};            ///< Luminances and primaries; zeros: not told.
};

/// Asks the system. What it does not tell (before Windows 10 1803) is left at zero.
OutputColour colour_of_output(IDXGIOutput& output);

/// How to read pixels of such an output: binary16 is scRGB (linear, BT.709 primaries, 1.0 is 80
/// nits), ten bits on an HDR output are HDR10 (BT.2020 in PQ), all else is sRGB.
ColourInfo colour_info(PixelFormat format, const OutputColour& colour);

}  // namespace oriel::dxgi_capture
