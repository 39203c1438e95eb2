// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/result.h"
#include "edid/edid_mode.h"
#include "edid/timing.h"

namespace oriel {

/// Which of VESA's Coordinated Video Timings.
enum class CvtFormula : std::uint8_t {
    Full,      ///< Blanking as a tube needs it. The clock is rounded: 60 Hz are 59.9.
    Reduced,   ///< Version 1 of reduced blanking: 160 pixels. The clock is rounded, too.
    Reduced2,  ///< Version 2: 80 pixels, any width, and the rate asked for to 1/1000 MHz.
};

/// The timing of a mode by the standard's formula.
/// Errors: Usage where the formula cannot have that width (Full and Reduced count in eights).
Result<Timing> cvt_timing(const EdidMode& mode, CvtFormula formula);

}  // namespace oriel
