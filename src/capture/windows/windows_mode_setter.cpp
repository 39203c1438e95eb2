// SPDX-License-Identifier: MIT
#include "capture/windows/windows_mode_setter.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <windows.h>

#include "base/windows/wide_text.h"

namespace oriel {
namespace {

constexpr std::uint32_t kMillihertz = 1000;
constexpr DWORD kBits = 32;

std::vector<OfferedMode> offered_modes(const std::wstring& device) {
    std::vector<OfferedMode> offered;
    DEVMODEW mode{};
    mode.dmSize = sizeof(mode);
    for (DWORD i = 0; ::EnumDisplaySettingsExW(device.c_str(), i, &mode, 0) != 0; ++i) {
        if (mode.dmBitsPerPel == kBits) {
            offered.push_back({{mode.dmPelsWidth, mode.dmPelsHeight}, mode.dmDisplayFrequency});
        }
    }
    return offered;
}

std::uint64_t difference(Size a, Size b) {
    const auto between = [](std::uint32_t x, std::uint32_t y) {
        return std::uint64_t{std::max(x, y) - std::min(x, y)};
    };
    return between(a.width, b.width) + between(a.height, b.height);
}

/// What else the person may wish for.
std::string nearest_text(const std::vector<OfferedMode>& offered, Size size) {
    const auto nearest = std::ranges::min_element(
        offered, {}, [size](const OfferedMode& mode) { return difference(mode.size, size); });
    return nearest == offered.end() ? "it offers none"
                                    : fmt::format("the nearest that it offers is {}x{}",
                                                  nearest->size.width,
                                                  nearest->size.height);
}

/// DISP_CHANGE_... values, in words.
std::string refusal_text(LONG answer) {
    switch (answer) {
    case DISP_CHANGE_RESTART:
        return "Windows has to be started anew for that";
    case DISP_CHANGE_BADMODE:
        return "the display's driver does not take it";
    case DISP_CHANGE_NOTUPDATED:
        return "the registry cannot be written";
    default:
        return fmt::format("Windows says DISP_CHANGE {}", answer);
    }
}

class WindowsModeSetter final : public ModeSetter {
  public:
    explicit WindowsModeSetter(std::wstring device) : device_(std::move(device)) {}

    Result<Size> set_mode(Size size, std::uint32_t refresh_mhz) override {
        const std::vector<OfferedMode> offered = offered_modes(device_);
        const auto chosen = choose_mode(offered, size, refresh_mhz);
        if (!chosen) {
            return Failure(Error::unsupported(fmt::format("{} offers no {}x{}: {}",
                                                          to_utf8(device_),
                                                          size.width,
                                                          size.height,
                                                          nearest_text(offered, size))));
        }
        DEVMODEW mode{};
        mode.dmSize = sizeof(mode);
        mode.dmFields = DM_PELSWIDTH | DM_PELSHEIGHT | DM_BITSPERPEL;
        mode.dmPelsWidth = chosen->size.width;
        mode.dmPelsHeight = chosen->size.height;
        mode.dmBitsPerPel = kBits;
        if (chosen->hertz > 1) {
            mode.dmFields |= DM_DISPLAYFREQUENCY;
            mode.dmDisplayFrequency = chosen->hertz;
        }
        const LONG answer =
            ::ChangeDisplaySettingsExW(device_.c_str(), &mode, nullptr, /*flags*/ 0, nullptr);
        if (answer != DISP_CHANGE_SUCCESSFUL) {
            return Failure(Error::unsupported(fmt::format("{} does not become {}x{}: {}",
                                                          to_utf8(device_),
                                                          size.width,
                                                          size.height,
                                                          refusal_text(answer))));
        }
        return chosen->size;
    }

  private:
    std::wstring device_;
};

}  // namespace

std::optional<OfferedMode> choose_mode(std::span<const OfferedMode> offered,
                                       Size size,
                                       std::uint32_t refresh_mhz) {
    std::optional<OfferedMode> best;
    // Small is good: how far off, then how slow.
    const auto rank = [refresh_mhz](const OfferedMode& mode) {
        const std::int64_t off =
            refresh_mhz == 0
                ? 0
                : std::abs(std::int64_t{mode.hertz} * kMillihertz - std::int64_t{refresh_mhz});
        return std::tuple(off, -std::int64_t{mode.hertz});
    };
    for (const OfferedMode& mode : offered) {
        if (mode.size == size && (!best || rank(mode) < rank(*best))) {
            best = mode;
        }
    }
    return best;
}

std::unique_ptr<ModeSetter> make_windows_mode_setter(std::wstring device) {
    return std::make_unique<WindowsModeSetter>(std::move(device));
}

}  // namespace oriel
