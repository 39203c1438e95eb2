// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "edid/cvt.h"
#include "edid/edid_mode.h"

namespace oriel {

constexpr std::size_t kEdidBlockBytes = 128;
constexpr std::size_t kMaxEdidModes = 20;
constexpr std::size_t kMaxEdidText = 13;  ///< Of a name or serial number, in bytes of ASCII.

struct EdidOptions {
    enum class Connector : std::uint8_t { DisplayPort, Hdmi };
    enum class Range : std::uint8_t { Standard, High };

    std::vector<EdidMode> modes;  ///< The first is preferred. None: 800x600 to 4096x2160 at 60 Hz.
    CvtFormula formula = CvtFormula::Reduced2;
    Connector connector = Connector::DisplayPort;
    Range range = Range::Standard;  ///< High: HDR10, BT.2020 and 10 bits.
    std::string name = "Oriel";
    std::string serial;      ///< Empty: none.
    std::uint32_t dpi = 96;  ///< What the picture's size on the glass is computed from.
};

/// The EDID of a monitor that shows these modes: a base block (EDID 1.4), a CTA-861 extension and,
/// for what those cannot say, DisplayID 1.3 extensions.
/// Errors: Usage, for options that no block could hold.
Result<std::vector<std::uint8_t>> make_edid(const EdidOptions& options);

/// The modes of a block made without any named, in order.
std::vector<EdidMode> default_edid_modes();

}  // namespace oriel
