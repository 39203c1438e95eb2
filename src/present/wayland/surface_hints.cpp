// SPDX-License-Identifier: MIT
#include "present/wayland/surface_hints.h"

#include <content-type-v1-client-protocol.h>
#include <fifo-v1-client-protocol.h>
#include <tearing-control-v1-client-protocol.h>

namespace oriel {

WaylandSurfaceHints::WaylandSurfaceHints(const WaylandConnection& connection,
                                         wl_surface* surface,
                                         Presenter::Vsync vsync)
    : connection_(&connection), surface_(surface) {
    const auto& content_types = connection.globals().content_type;
    if (content_types) {
        // A desktop is no game, but it is to be shown like one: soon, and as it is.
        content_.reset(
            wp_content_type_manager_v1_get_surface_content_type(content_types.get(), surface));
        wp_content_type_v1_set_content_type(content_.get(), WP_CONTENT_TYPE_V1_TYPE_GAME);
    }
    set_vsync(vsync);
}

void WaylandSurfaceHints::set_vsync(Presenter::Vsync vsync) {
    using Vsync = Presenter::Vsync;
    const WaylandGlobals& globals = connection_->globals();
    // A surface has one of each at most.
    tearing_.reset();
    fifo_.reset();
    if (globals.tearing && (vsync == Vsync::Off || vsync == Vsync::Vrr)) {
        tearing_.reset(
            wp_tearing_control_manager_v1_get_tearing_control(globals.tearing.get(), surface_));
        wp_tearing_control_v1_set_presentation_hint(tearing_.get(),
                                                    WP_TEARING_CONTROL_V1_PRESENTATION_HINT_ASYNC);
    }
    if (globals.fifo && vsync == Vsync::On) {
        fifo_.reset(wp_fifo_manager_v1_get_fifo(globals.fifo.get(), surface_));
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
