// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "present/presenter.h"
#include "region/target.h"
#include "relay/geometry.h"

namespace oriel {

struct ViewerOptions {
    Target target{};
    enum class Platform : std::uint8_t { Auto, X11, Offscreen } platform = Platform::Auto;
    Presenter::WindowMode mode = Presenter::WindowMode::Normal;
    std::optional<Size> window_size{};
    std::uint32_t offscreen_refresh_mhz = 0;  ///< Of the display an offscreen viewer plays.
    enum class Output : std::uint8_t { Text, Json } output = Output::Text;
};

}  // namespace oriel
