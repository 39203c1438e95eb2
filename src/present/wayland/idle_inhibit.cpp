// SPDX-License-Identifier: MIT
#include "present/wayland/idle_inhibit.h"

#include <idle-inhibit-unstable-v1-client-protocol.h>

namespace oriel {

void WaylandIdleInhibit::set(Presenter::Idle idle) {
    const auto& manager = connection_->globals().idle_inhibit;
    if (idle == Presenter::Idle::Allowed) {
        inhibitor_.reset();
    } else if (manager && !inhibitor_) {
        inhibitor_.reset(zwp_idle_inhibit_manager_v1_create_inhibitor(manager.get(), surface_));
    }
}

}  // namespace oriel
