// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "capture/mode_setter.h"

namespace oriel {

/// Sets the mode of an output of a compositor that has wlr-output-management (sway, Hyprland and
/// others made of wlroots): one that it has, else one of our own making, where it takes that.
///
/// `display` is a socket's name or path; empty: what $WAYLAND_DISPLAY says. `output` is a name as
/// "HEADLESS-1"; empty: the first that is on. It has a connection of its own.
///
/// Blocks: up to 2 s. Errors: NotFound where no compositor answers; Unsupported where it lets
/// nobody set modes.
Result<std::unique_ptr<ModeSetter>> open_wayland_mode_setter(const std::string& display,
                                                             const std::string& output);

}  // namespace oriel
