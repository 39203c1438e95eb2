// SPDX-License-Identifier: MIT
#pragma once

#include "present/presenter.h"
#include "present/wayland/connection.h"
#include "present/wayland/owned.h"

namespace oriel {

/// Keeps the outputs that a window can be seen on from going dark (idle-inhibit).
///
/// Lifetime: ends before the surface.
class WaylandIdleInhibit {
  public:
    WaylandIdleInhibit(const WaylandConnection& connection, wl_surface* surface)
        : connection_(&connection), surface_(surface) {}

    /// Nothing happens where the compositor does not know of this.
    void set(Presenter::Idle idle);

  private:
    const WaylandConnection* connection_;
    wl_surface* surface_;
    WaylandOwned<zwp_idle_inhibitor_v1> inhibitor_;
};

}  // namespace oriel
