// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "relay/geometry.h"

namespace oriel {

/// A display that is part of the guest's desktop.
struct WindowsScreen {
    std::wstring device;  ///< "\\.\DISPLAY1": what the system's functions take.
    std::int32_t x = 0;   ///< Of its top left corner on the desktop; pixels, as all here.
    std::int32_t y = 0;
    Size size;
    std::uint32_t refresh_mhz = 0;  ///< 0: not told.
    bool is_primary = false;

    friend bool operator==(const WindowsScreen&, const WindowsScreen&) = default;
};

/// As the system lists them, now.
std::vector<WindowsScreen> list_screens();

/// `name`: "DISPLAY2", as the system numbers them, or "2"; empty: the primary one.
/// Errors: NotFound, and which there are.
Result<WindowsScreen> find_screen(std::string_view name);

}  // namespace oriel
