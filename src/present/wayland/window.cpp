// SPDX-License-Identifier: MIT
#include "present/wayland/window.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include <fractional-scale-v1-client-protocol.h>
#include <wayland-client.h>
#include <xdg-activation-v1-client-protocol.h>
#include <xdg-decoration-unstable-v1-client-protocol.h>
#include <xdg-shell-client-protocol.h>

#include "present/viewport.h"
#include "present/wayland/listener.h"

namespace oriel {
namespace {

constexpr Size kSizeWithoutPicture = {1280, 720};  // Logical.
constexpr double kScaleUnit = 120;                 // Of wp_fractional_scale_v1.

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

std::uint32_t rounded(double length) {
    return static_cast<std::uint32_t>(std::max(1L, std::lround(length)));
}

}  // namespace

WaylandWindow::WaylandWindow(const WaylandConnection& connection,
                             WaylandOutputs& outputs,
                             std::optional<Size> size,
                             Presenter::Follow follow,
                             const std::string& title)
    : connection_(&connection),
      outputs_(&outputs),
      surface_(wl_compositor_create_surface(connection.globals().compositor.get())),
      shell_surface_(xdg_wm_base_get_xdg_surface(connection.globals().shell.get(), surface_.get())),
      toplevel_(xdg_surface_get_toplevel(shell_surface_.get())),
      chosen_size_(size),
      follow_(follow),
      is_sized_by_user_(size.has_value()) {
    size_ = size_without_wish();
    free_size_ = size_;
    outputs.on_removed([this](const wl_output* output) { forget(output); });
    listen();
    decorate();
    xdg_toplevel_set_app_id(toplevel_.get(), "oriel");
    set_title(title);
}

void WaylandWindow::listen() {
    static constexpr wl_surface_listener kSurface = {
        .enter = WaylandEvent<&WaylandWindow::enter>::call,
        .leave = WaylandEvent<&WaylandWindow::leave>::call};
    wl_surface_add_listener(surface_.get(), &kSurface, this);
    static constexpr xdg_surface_listener kShellSurface = {
        .configure = WaylandEvent<&WaylandWindow::take_wanted>::call};
    xdg_surface_add_listener(shell_surface_.get(), &kShellSurface, this);
    static constexpr xdg_toplevel_listener kToplevel = {
        .configure = WaylandEvent<&WaylandWindow::set_wanted>::call,
        .close = WaylandEvent<&WaylandWindow::want_close>::call,
        .configure_bounds = WaylandEvent<&WaylandWindow::set_bounds>::call,
        .wm_capabilities = ignore_wayland_event};
    xdg_toplevel_add_listener(toplevel_.get(), &kToplevel, this);
    const auto& manager = connection_->globals().fractional_scale;
    if (manager) {
        fractional_.reset(
            wp_fractional_scale_manager_v1_get_fractional_scale(manager.get(), surface_.get()));
        static constexpr wp_fractional_scale_v1_listener kScale = {
            .preferred_scale = WaylandEvent<&WaylandWindow::set_fractional_scale>::call};
        wp_fractional_scale_v1_add_listener(fractional_.get(), &kScale, this);
    }
}

/// Frame and title bar by the compositor, where it draws any.
void WaylandWindow::decorate() {
    const auto& manager = connection_->globals().decoration;
    if (manager) {
        decoration_.reset(
            zxdg_decoration_manager_v1_get_toplevel_decoration(manager.get(), toplevel_.get()));
        zxdg_toplevel_decoration_v1_set_mode(decoration_.get(),
                                             ZXDG_TOPLEVEL_DECORATION_V1_MODE_SERVER_SIDE);
    }
}

double WaylandWindow::scale() const {
    if (fractional_scale_ != 0) {
        return fractional_scale_ / kScaleUnit;
    }
    std::int32_t most = 0;
    for (const auto& output : outputs_->all()) {
        // Before it is on any it may come on each.
        if (on_.empty() || std::ranges::find(on_, output->handle.get()) != on_.end()) {
            most = std::max(most, output->scale);
        }
    }
    return std::max(most, 1);
}

Size WaylandWindow::to_device(Size logical) const {
    return {rounded(logical.width * scale()), rounded(logical.height * scale())};
}

Size WaylandWindow::to_logical(Size device) const {
    return {rounded(device.width / scale()), rounded(device.height / scale())};
}

std::uint32_t WaylandWindow::refresh_mhz() const {
    std::uint32_t most = 0;
    for (const wl_output* handle : on_) {
        const WaylandOutput* output = outputs_->find(handle);
        most = std::max(most, output != nullptr ? output->refresh_mhz : 0);
    }
    return most;
}

void WaylandWindow::set_title(const std::string& title) {
    xdg_toplevel_set_title(toplevel_.get(), title.c_str());
}

void WaylandWindow::set_mode(Presenter::WindowMode mode) {
    if (mode == Presenter::WindowMode::FullScreen) {
        fill_output("");
    } else {
        xdg_toplevel_unset_fullscreen(toplevel_.get());
    }
}

void WaylandWindow::fill_output(const std::string& name) {
    const auto& all = outputs_->all();
    const auto found = std::ranges::find_if(
        all, [&](const auto& output) { return !name.empty() && output->name == name; });
    xdg_toplevel_set_fullscreen(toplevel_.get(),
                                found == all.end() ? nullptr : (*found)->handle.get());
}

WindowPlace WaylandWindow::place() const {
    WindowPlace place{.is_full_screen = is_full_screen_};
    if (is_sized_by_user_) {
        place.size = to_device(free_size_);
    }
    if (!on_.empty()) {
        if (const WaylandOutput* output = outputs_->find(on_.front())) {
            place.output = output->name;
        }
    }
    return place;
}

void WaylandWindow::activate(const std::string& token) {
    const auto& activation = connection_->globals().activation;
    if (activation && !token.empty()) {
        xdg_activation_v1_activate(activation.get(), token.c_str(), surface_.get());
    }
}

/// What it takes on where the compositor leaves that to us.
Size WaylandWindow::size_without_wish() const {
    if (is_sized_by_user_ && !chosen_size_) {
        return free_size_;
    }
    Size size = kSizeWithoutPicture;
    if (chosen_size_) {
        size = to_logical(*chosen_size_);
    } else if (!picture_.is_empty()) {
        size = to_logical(picture_);
    }
    return bounds_ ? fit_into(*bounds_, size) : size;
}

void WaylandWindow::follow(Size picture) {
    const bool keeps_size = follow_ == Presenter::Follow::AtFirst && !picture_.is_empty();
    if (picture == picture_ || keeps_size) {
        return;
    }
    picture_ = picture;
    if (!is_sized_by_user_) {
        change();
    }
}

/// Something that the size depends on has changed.
void WaylandWindow::change() {
    if (!is_forced_) {
        size_ = size_without_wish();
        free_size_ = size_;
    }
    is_changed_ = true;
}

void WaylandWindow::set_bounds(std::int32_t width, std::int32_t height) {
    const Size bounds = size_from(width, height);
    bounds_ = bounds.is_empty() ? std::nullopt : std::optional(bounds);
}

void WaylandWindow::set_wanted(std::int32_t width, std::int32_t height, wl_array* states) {
    wanted_ = {.size = size_from(width, height)};
    for (const std::uint32_t state : std::span(static_cast<const std::uint32_t*>(states->data),
                                               states->size / sizeof(std::uint32_t))) {
        wanted_.is_forced = wanted_.is_forced || forces_size(state);
        wanted_.is_full_screen = wanted_.is_full_screen || state == XDG_TOPLEVEL_STATE_FULLSCREEN;
        wanted_.is_suspended = wanted_.is_suspended || state == XDG_TOPLEVEL_STATE_SUSPENDED;
    }
}

/// The end of what belongs together.
void WaylandWindow::take_wanted(std::uint32_t serial) {
    unacknowledged_ = serial;
    is_configured_ = true;
    is_full_screen_ = wanted_.is_full_screen;
    is_suspended_ = wanted_.is_suspended;
    const bool was_forced = std::exchange(is_forced_, wanted_.is_forced);
    // Who does not remember what was before repeats the forced size.
    const bool is_left_to_us = was_forced && !is_forced_ && wanted_.size == size_;
    if (wanted_.size.is_empty() || is_left_to_us) {
        change();
        return;
    }
    // The way back from a forced size names the one before; and each state is told with the size
    // there is. Any other is somebody's hand.
    if (!is_forced_ && !was_forced && wanted_.size != size_ && was_on_output_) {
        is_sized_by_user_ = true;
        chosen_size_.reset();
    }
    size_ = wanted_.size;
    if (!is_forced_) {
        free_size_ = size_;
    }
    is_changed_ = true;
}

bool WaylandWindow::take_change() {
    return std::exchange(is_changed_, false);
}

void WaylandWindow::acknowledge() {
    if (unacknowledged_) {
        xdg_surface_ack_configure(shell_surface_.get(), *unacknowledged_);
        unacknowledged_.reset();
    }
}

void WaylandWindow::enter(wl_output* output) {
    if (outputs_->find(output) != nullptr) {
        on_.push_back(output);
        was_on_output_ = true;
        change();
    }
}

void WaylandWindow::leave(wl_output* output) {
    forget(output);
}

void WaylandWindow::forget(const wl_output* output) {
    if (std::erase(on_, output) != 0 && !on_.empty()) {
        change();
    }
}

}  // namespace oriel
