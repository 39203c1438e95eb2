// SPDX-License-Identifier: MIT
#include "capture/windows/screen.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <windows.h>

#include "base/windows/wide_text.h"

namespace oriel {
namespace {

constexpr std::string_view kPrefix = R"(\\.\)";
constexpr std::uint32_t kMillihertz = 1000;

/// The system says 0 or 1 for "as the hardware does it by default".
std::uint32_t refresh_mhz_of(DWORD hertz) {
    return hertz > 1 ? hertz * kMillihertz : 0;
}

std::string short_name(const WindowsScreen& screen) {
    const std::string whole = to_utf8(screen.device);
    return whole.starts_with(kPrefix) ? whole.substr(kPrefix.size()) : whole;
}

bool is_called(const WindowsScreen& screen, std::string_view name) {
    const std::string own = short_name(screen);
    return own == name || own == fmt::format("DISPLAY{}", name);
}

}  // namespace

std::vector<WindowsScreen> list_screens() {
    std::vector<WindowsScreen> screens;
    DISPLAY_DEVICEW device{};
    device.cb = sizeof(device);
    for (DWORD i = 0; ::EnumDisplayDevicesW(nullptr, i, &device, 0) != 0; ++i) {
        DEVMODEW mode{};
        mode.dmSize = sizeof(mode);
        if ((device.StateFlags & DISPLAY_DEVICE_ATTACHED_TO_DESKTOP) == 0 ||
            ::EnumDisplaySettingsExW(device.DeviceName, ENUM_CURRENT_SETTINGS, &mode, 0) == 0) {
            continue;
        }
        screens.push_back({.device = device.DeviceName,
                           .x = mode.dmPosition.x,
                           .y = mode.dmPosition.y,
                           .size = {mode.dmPelsWidth, mode.dmPelsHeight},
                           .refresh_mhz = refresh_mhz_of(mode.dmDisplayFrequency),
                           .is_primary = (device.StateFlags & DISPLAY_DEVICE_PRIMARY_DEVICE) != 0});
    }
    return screens;
}

Result<WindowsScreen> find_screen(std::string_view name) {
    const std::vector<WindowsScreen> screens = list_screens();
    const auto found = std::ranges::find_if(screens, [name](const WindowsScreen& screen) {
        return name.empty() ? screen.is_primary : is_called(screen, name);
    });
    if (found != screens.end()) {
        return *found;
    }
    if (screens.empty()) {
        return Failure(Error::not_found(
            "this Windows has no screen: give its graphics card a monitor, a dummy plug or a "
            "virtual display driver"));
    }
    std::vector<std::string> names;
    std::ranges::transform(screens, std::back_inserter(names), short_name);
    return Failure(Error::not_found(
        fmt::format("there is no screen '{}': use {}", name, fmt::join(names, " or "))));
}

}  // namespace oriel
