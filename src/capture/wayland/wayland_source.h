// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "capture/source.h"

namespace oriel {

struct WaylandSourceOptions {
    std::string display;  ///< As in $WAYLAND_DISPLAY; empty: what that says.
    std::string output;   ///< "DP-1"; empty: the first by name, and another when it goes.

    enum class Protocol : std::uint8_t {
        Best,  ///< ext-image-copy-capture where it is offered.
        Screencopy,
        ImageCopy,
    } protocol = Protocol::Best;
};

/// An output of a Wayland compositor, with the pointer in the picture.
///
/// The compositor writes the pixels itself, into a slot that it was lent before anything changed
/// (SlotUse): while nothing does, the request waits in the compositor and this process sleeps.
/// Suspended it asks for nothing.
///
/// Blocks: when opened and when bound to a region, up to some seconds where the compositor hangs.
/// Errors: NotFound where no compositor answers, or has no such output; Unsupported where it
/// offers neither protocol or a format of pixels that no region can carry.
Result<std::unique_ptr<Source>> open_wayland_source(const WaylandSourceOptions& options);

/// Whether a compositor answers there, capturable or not: then X11 programs see no more than its
/// Xwayland. `display` as above.
bool is_wayland_session(const std::string& display);

}  // namespace oriel
