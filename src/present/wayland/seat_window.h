// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include "present/viewport.h"
#include "present/wayland/input_queue.h"

struct wl_surface;

namespace oriel {

/// What seats' devices know of the window whose input they tell.
///
/// Lifetime: what it points to outlives them.
struct WaylandSeatWindow {
    wl_surface* surface = nullptr;  ///< All of the window's input comes to this one.
    WaylandInputQueue* queue = nullptr;

    /// What is seen of the guest, in logical pixels, at this moment.
    struct Picture {
        Viewport viewport;  ///< Empty: nothing.
        double pixel = 1;   ///< The side of a device pixel.
    };

    std::function<Picture()> picture;
};

}  // namespace oriel
