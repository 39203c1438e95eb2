// SPDX-License-Identifier: MIT
#pragma once

#include "present/presenter.h"
#include "present/wayland/connection.h"
#include "present/wayland/owned.h"

namespace oriel {

/// What a compositor is told of a picture's surface beside its pixels, where it can be told: how it
/// is to be timed, and what for.
///
/// Lifetime: ends before the surface.
class WaylandSurfaceHints {
  public:
    WaylandSurfaceHints(const WaylandConnection& connection,
                        wl_surface* surface,
                        Presenter::Vsync vsync);

    /// From the next commit on.
    void set_vsync(Presenter::Vsync vsync);

    /// Part of the next commit, which shows a frame.
    void prepare_frame() const;

    bool may_tear() const { return tearing_ != nullptr; }

  private:
    const WaylandConnection* connection_;
    wl_surface* surface_;
    WaylandOwned<wp_content_type_v1> content_;
    WaylandOwned<wp_tearing_control_v1> tearing_;
    WaylandOwned<wp_fifo_v1> fifo_;
};

}  // namespace oriel
