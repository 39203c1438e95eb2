// SPDX-License-Identifier: MIT
#include "present/wayland/window.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fractional-scale-v1-client-protocol.h>
#include <wayland-client.h>
#include <xdg-activation-v1-client-protocol.h>

#include "present/viewport.h"
#include "present/wayland/listener.h"
#include "present/wayland/shell_toplevel.h"

namespace oriel {
namespace {

constexpr Size kSizeWithoutPicture = {1280, 720};  // Logical.
constexpr double kScaleUnit = 120;                 // Of wp_fractional_scale_v1.

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
      toplevel_(std::make_unique<WaylandShellToplevel>(connection, surface_.get(), *this)),
      chosen_size_(size),
      follow_(follow),
      is_sized_by_user_(size.has_value()) {
    size_ = size_without_wish();
    free_size_ = size_;
    outputs.on_removed([this](const wl_output* output) { forget(output); });
    listen();
    set_title(title);
}

void WaylandWindow::listen() {
    add_part(surface_.get());
    const auto& manager = connection_->globals().fractional_scale;
    if (manager) {
        fractional_.reset(
            wp_fractional_scale_manager_v1_get_fractional_scale(manager.get(), surface_.get()));
        static constexpr wp_fractional_scale_v1_listener kScale = {
            .preferred_scale = WaylandEvent<&WaylandWindow::set_fractional_scale>::call};
        wp_fractional_scale_v1_add_listener(fractional_.get(), &kScale, this);
    }
}

void WaylandWindow::set_frame(std::unique_ptr<WaylandFrameLibrary> library) {
    toplevel_.reset();
    frame_library_ = std::move(library);
    toplevel_ = frame_library_->make_toplevel(surface_.get(), *this);
    toplevel_->set_title(title_);
    is_configured_ = false;
    is_forced_ = false;
    is_full_screen_ = false;
    change();
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
    title_ = title;
    toplevel_->set_title(title);
}

void WaylandWindow::set_mode(Presenter::WindowMode mode) {
    if (mode == Presenter::WindowMode::FullScreen) {
        fill_output("");
    } else {
        toplevel_->leave_full_screen();
    }
}

void WaylandWindow::fill_output(const std::string& name) {
    const auto& all = outputs_->all();
    const auto found = std::ranges::find_if(
        all, [&](const auto& output) { return !name.empty() && output->name == name; });
    toplevel_->fill(found == all.end() ? nullptr : (*found)->handle.get());
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

void WaylandWindow::on_bounds(Size bounds) {
    bounds_ = bounds.is_empty() ? std::nullopt : std::optional(bounds);
}

Size WaylandWindow::on_wanted(const WaylandWanted& wanted) {
    is_commit_wanted_ = true;
    is_configured_ = true;
    is_full_screen_ = wanted.is_full_screen;
    is_suspended_ = wanted.is_suspended;
    const bool was_forced = std::exchange(is_forced_, wanted.is_forced);
    // Who does not remember what was before repeats the forced size.
    const bool is_left_to_us = was_forced && !is_forced_ && wanted.size == size_;
    if (wanted.size.is_empty() || is_left_to_us) {
        change();
        return size_;
    }
    // The way back from a forced size names the one before; and each state is told with the size
    // there is. Any other is somebody's hand.
    if (!is_forced_ && !was_forced && wanted.size != size_ && was_on_output_) {
        is_sized_by_user_ = true;
        chosen_size_.reset();
    }
    size_ = wanted.size;
    if (!is_forced_) {
        free_size_ = size_;
    }
    is_changed_ = true;
    return size_;
}

bool WaylandWindow::take_change() {
    return std::exchange(is_changed_, false);
}

void WaylandWindow::add_part(wl_surface* part) {
    static constexpr wl_surface_listener kSurface = {
        .enter = WaylandEvent<&WaylandWindow::enter>::call,
        .leave = WaylandEvent<&WaylandWindow::leave>::call};
    wl_surface_add_listener(part, &kSurface, this);
}

void WaylandWindow::enter(wl_output* output) {
    if (outputs_->find(output) == nullptr) {
        return;
    }
    const bool is_new = std::ranges::count(on_, output) == 0;
    on_.push_back(output);
    was_on_output_ = true;
    if (is_new) {
        change();
    }
}

void WaylandWindow::leave(wl_output* output) {
    const auto found = std::ranges::find(on_, output);
    if (found == on_.end()) {
        return;
    }
    on_.erase(found);
    if (!on_.empty() && std::ranges::count(on_, output) == 0) {
        change();
    }
}

void WaylandWindow::forget(const wl_output* output) {
    if (std::erase(on_, output) != 0 && !on_.empty()) {
        change();
    }
}

}  // namespace oriel
