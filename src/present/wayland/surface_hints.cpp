// SPDX-License-Identifier: MIT
#include "present/wayland/surface_hints.h"

#include <content-type-v1-client-protocol.h>
#include <fifo-v1-client-protocol.h>
#include <tearing-control-v1-client-protocol.h>

namespace oriel {

WaylandSurfaceHints::WaylandSurfaceHints(const WaylandConnection& connection,
                                         wl_surface* surface,
                                         WaylandPresenterOptions::Vsync vsync) {
    using Vsync = WaylandPresenterOptions::Vsync;
    const WaylandGlobals& globals = connection.globals();
    if (globals.content_type) {
        // A desktop is no game, but it is to be shown like one: soon, and as it is.
        content_.reset(wp_content_type_manager_v1_get_surface_content_type(
            globals.content_type.get(), surface));
        wp_content_type_v1_set_content_type(content_.get(), WP_CONTENT_TYPE_V1_TYPE_GAME);
    }
    if (globals.tearing && vsync == Vsync::Off) {
        tearing_.reset(
            wp_tearing_control_manager_v1_get_tearing_control(globals.tearing.get(), surface));
        wp_tearing_control_v1_set_presentation_hint(tearing_.get(),
                                                    WP_TEARING_CONTROL_V1_PRESENTATION_HINT_ASYNC);
    }
    if (globals.fifo && vsync == Vsync::On) {
        fifo_.reset(wp_fifo_manager_v1_get_fifo(globals.fifo.get(), surface));
    }
}

void WaylandSurfaceHints::prepare_frame() const {
    if (fifo_) {
        // Not before the last one had its refresh; and one frame at most waits, since the next is
        // drawn when it is asked for.
        wp_fifo_v1_wait_barrier(fifo_.get());
        wp_fifo_v1_set_barrier(fifo_.get());
    }
}

}  // namespace oriel
