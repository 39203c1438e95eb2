// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "capture/mode_setter.h"

namespace oriel {

/// A size and rate that a display offers.
struct OfferedMode {
    Size size;
    std::uint32_t hertz = 0;

    friend bool operator==(const OfferedMode&, const OfferedMode&) = default;
};

/// The mode of that size whose rate is nearest; of two as near the faster one. `refresh_mhz` 0: the
/// fastest. Nothing where none is of that size.
std::optional<OfferedMode> choose_mode(std::span<const OfferedMode> offered,
                                       Size size,
                                       std::uint32_t refresh_mhz);

/// Sets the mode of a display for as long as this Windows session lasts, as
/// ChangeDisplaySettingsExW() does it: only one that the display offers, and no other display's.
/// `device`: "\\.\DISPLAY1".
std::unique_ptr<ModeSetter> make_windows_mode_setter(std::wstring device);

}  // namespace oriel
