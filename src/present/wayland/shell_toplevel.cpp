// SPDX-License-Identifier: MIT
#include "present/wayland/shell_toplevel.h"

#include <algorithm>
#include <span>

#include <wayland-client.h>
#include <xdg-decoration-unstable-v1-client-protocol.h>
#include <xdg-shell-client-protocol.h>

#include "present/wayland/listener.h"

namespace oriel {
namespace {

bool forces_size(std::uint32_t state) {
    switch (state) {
    case XDG_TOPLEVEL_STATE_MAXIMIZED:
    case XDG_TOPLEVEL_STATE_FULLSCREEN:
    case XDG_TOPLEVEL_STATE_TILED_LEFT:
    case XDG_TOPLEVEL_STATE_TILED_RIGHT:
    case XDG_TOPLEVEL_STATE_TILED_TOP:
    case XDG_TOPLEVEL_STATE_TILED_BOTTOM:
        return true;
    default:
        return false;
    }
}

Size size_from(std::int32_t width, std::int32_t height) {
    return {static_cast<std::uint32_t>(std::max(width, 0)),
            static_cast<std::uint32_t>(std::max(height, 0))};
}

}  // namespace

WaylandShellToplevel::WaylandShellToplevel(const WaylandConnection& connection,
                                           wl_surface* surface,
                                           WaylandToplevelListener& listener)
    : surface_(surface),
      listener_(&listener),
      shell_surface_(xdg_wm_base_get_xdg_surface(connection.globals().shell.get(), surface)),
      toplevel_(xdg_surface_get_toplevel(shell_surface_.get())) {
    listen();
    ask_for_frame(connection);
    xdg_toplevel_set_app_id(toplevel_.get(), kWaylandAppId);
}

void WaylandShellToplevel::listen() {
    static constexpr xdg_surface_listener kShellSurface = {
        .configure = WaylandEvent<&WaylandShellToplevel::take_wanted>::call};
    xdg_surface_add_listener(shell_surface_.get(), &kShellSurface, this);
    static constexpr xdg_toplevel_listener kToplevel = {
        .configure = WaylandEvent<&WaylandShellToplevel::set_wanted>::call,
        .close = WaylandEvent<&WaylandShellToplevel::want_close>::call,
        .configure_bounds = WaylandEvent<&WaylandShellToplevel::set_bounds>::call,
        .wm_capabilities = ignore_wayland_event};
    xdg_toplevel_add_listener(toplevel_.get(), &kToplevel, this);
}

void WaylandShellToplevel::ask_for_frame(const WaylandConnection& connection) {
    const auto& manager = connection.globals().decoration;
    if (!manager) {
        return;
    }
    decoration_.reset(
        zxdg_decoration_manager_v1_get_toplevel_decoration(manager.get(), toplevel_.get()));
    static constexpr zxdg_toplevel_decoration_v1_listener kDecoration = {
        .configure = WaylandEvent<&WaylandShellToplevel::set_frame>::call};
    zxdg_toplevel_decoration_v1_add_listener(decoration_.get(), &kDecoration, this);
    zxdg_toplevel_decoration_v1_set_mode(decoration_.get(),
                                         ZXDG_TOPLEVEL_DECORATION_V1_MODE_SERVER_SIDE);
}

void WaylandShellToplevel::set_frame(std::uint32_t mode) {
    is_framed_ = mode == ZXDG_TOPLEVEL_DECORATION_V1_MODE_SERVER_SIDE;
}

void WaylandShellToplevel::set_title(const std::string& title) {
    xdg_toplevel_set_title(toplevel_.get(), title.c_str());
}

void WaylandShellToplevel::fill(wl_output* output) {
    xdg_toplevel_set_fullscreen(toplevel_.get(), output);
}

void WaylandShellToplevel::leave_full_screen() {
    xdg_toplevel_unset_fullscreen(toplevel_.get());
}

void WaylandShellToplevel::map() {
    wl_surface_commit(surface_);
}

void WaylandShellToplevel::set_bounds(std::int32_t width, std::int32_t height) {
    listener_->on_bounds(size_from(width, height));
}

void WaylandShellToplevel::set_wanted(std::int32_t width, std::int32_t height, wl_array* states) {
    wanted_ = {.size = size_from(width, height)};
    for (const std::uint32_t state : std::span(static_cast<const std::uint32_t*>(states->data),
                                               states->size / sizeof(std::uint32_t))) {
        wanted_.is_forced = wanted_.is_forced || forces_size(state);
        wanted_.is_full_screen = wanted_.is_full_screen || state == XDG_TOPLEVEL_STATE_FULLSCREEN;
        wanted_.is_suspended = wanted_.is_suspended || state == XDG_TOPLEVEL_STATE_SUSPENDED;
    }
}

/// The end of what belongs together.
void WaylandShellToplevel::take_wanted(std::uint32_t serial) {
    unacknowledged_ = serial;
    static_cast<void>(listener_->on_wanted(wanted_));
}

void WaylandShellToplevel::want_close() {
    listener_->on_close_wanted();
}

void WaylandShellToplevel::prepare_commit(Size /*content*/) {
    if (unacknowledged_) {
        xdg_surface_ack_configure(shell_surface_.get(), *unacknowledged_);
        unacknowledged_.reset();
    }
}

}  // namespace oriel
