// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "region/target.h"

namespace oriel {

struct AgentOptions {
    Target target;
    bool any_target = false;  ///< Instead: the only region there is, looked for at each try.

    /// What it does where the region or the screen is not there yet.
    enum class Patience : std::uint8_t { Fail, Wait } patience = Patience::Fail;

    /// auto | wayland[:OUTPUT] | pipewire | x11 | kms[:...] | pattern[:WxH[@HZ][,full|rect|still]]
    std::string capture = "auto";
    std::string display;  ///< ":1", "wayland-1"; empty: $DISPLAY, $WAYLAND_DISPLAY.

    /// What it does with a viewer's wish for another mode.
    enum class Resize : std::uint8_t { Obey, Ignore } resize = Resize::Obey;
    enum class Output : std::uint8_t { Text, Json } output = Output::Text;
};

}  // namespace oriel
