// SPDX-License-Identifier: MIT
#include "present/wayland/pointer.h"

#include <utility>

#include <wayland-client.h>

#include "present/pointer_motion.h"
#include "present/wayland/listener.h"

namespace oriel {
namespace {

WaylandWheel::Axis axis_of(std::uint32_t axis) {
    return axis == WL_POINTER_AXIS_VERTICAL_SCROLL ? WaylandWheel::Axis::Vertical
                                                   : WaylandWheel::Axis::Horizontal;
}

}  // namespace

WaylandPointer::WaylandPointer(const WaylandConnection& connection,
                               WaylandOwned<wl_pointer> handle,
                               const WaylandSeatWindow& window,
                               std::function<void()> changed)
    : handle_(std::move(handle)),
      shown_(connection, handle_.get()),
      window_(&window),
      changed_(std::move(changed)) {
    static constexpr wl_pointer_listener kListener = {
        .enter = WaylandEvent<&WaylandPointer::enter>::call,
        .leave = WaylandEvent<&WaylandPointer::leave>::call,
        .motion = WaylandEvent<&WaylandPointer::move>::call,
        .button = WaylandEvent<&WaylandPointer::button>::call,
        .axis = WaylandEvent<&WaylandPointer::turn>::call,
        .frame = WaylandEvent<&WaylandPointer::end_frame>::call,
        .axis_source = ignore_wayland_event,
        .axis_stop = ignore_wayland_event,
        .axis_discrete = WaylandEvent<&WaylandPointer::turn_notches>::call,
        .axis_value120 = WaylandEvent<&WaylandPointer::turn_120ths>::call};
    wl_pointer_add_listener(handle_.get(), &kListener, this);
}

WaylandPointer::~WaylandPointer() {
    go_out();
}

bool WaylandPointer::is_outside() const {
    return !is_locked_ && !window_->picture().viewport.shows(x_, y_);
}

void WaylandPointer::tell_place() {
    if (is_locked_) {
        return;
    }
    const auto [viewport, pixel] = window_->picture();
    if (const auto motion = motion_to(x_, y_, viewport, pixel)) {
        window_->queue->tell(*motion);
    }
    follow_picture();
}

/// A locked one stands where the guest's is not.
void WaylandPointer::follow_picture() {
    WaylandCursorLook look = is_outside() ? WaylandCursorLook{} : look_;
    if (is_locked_) {
        look = {.kind = WaylandCursorLook::Kind::Hidden};
    }
    shown_.set(look, 1 / window_->picture().pixel);
}

void WaylandPointer::set_locked(bool is_locked) {
    is_locked_ = is_locked;
    follow_picture();
}

void WaylandPointer::set_look(const WaylandCursorLook& look) {
    look_ = look;
    follow_picture();
}

void WaylandPointer::enter(std::uint32_t serial,
                           wl_surface* surface,
                           std::int32_t x,
                           std::int32_t y) {
    if (surface != window_->surface) {
        return;
    }
    is_inside_ = true;
    changed_();
    move(0, x, y);
    shown_.enter(serial);
}

void WaylandPointer::leave(std::uint32_t /*serial*/, wl_surface* /*surface*/) {
    go_out();
}

/// Buttons that are let go of elsewhere are not told.
void WaylandPointer::go_out() {
    for (std::size_t i = 0; i < kButtons; ++i) {
        if (is_down_.test(i)) {
            window_->queue->tell({.kind = InputEvent::Kind::ButtonUp,
                                  .code = kFirstButton + static_cast<std::uint32_t>(i)});
        }
    }
    is_down_.reset();
    wheel_.clear();
    shown_.leave();
    if (std::exchange(is_inside_, false)) {
        changed_();
    }
}

/// One on the window's frame, which is other surfaces, is nothing to us.
void WaylandPointer::move(std::uint32_t /*time*/, std::int32_t x, std::int32_t y) {
    if (!is_inside_) {
        return;
    }
    x_ = wl_fixed_to_double(x);
    y_ = wl_fixed_to_double(y);
    tell_place();
}

void WaylandPointer::button(std::uint32_t /*serial*/,
                            std::uint32_t /*time*/,
                            std::uint32_t code,
                            std::uint32_t state) {
    const std::uint32_t index = code - kFirstButton;
    if (!is_inside_ || index >= kButtons) {
        return;
    }
    const bool is_press = state == WL_POINTER_BUTTON_STATE_PRESSED;
    is_down_.set(index, is_press);
    tell_place();
    window_->queue->tell(
        {.kind = is_press ? InputEvent::Kind::ButtonDown : InputEvent::Kind::ButtonUp,
         .code = code,
         .is_outside = is_outside()});
}

void WaylandPointer::turn(std::uint32_t /*time*/, std::uint32_t axis, std::int32_t way) {
    wheel_.add_way(axis_of(axis), way);
    if (wl_pointer_get_version(handle_.get()) < WL_POINTER_FRAME_SINCE_VERSION) {
        end_frame();
    }
}

void WaylandPointer::turn_notches(std::uint32_t axis, std::int32_t notches) {
    wheel_.add_notches(axis_of(axis), notches);
}

void WaylandPointer::turn_120ths(std::uint32_t axis, std::int32_t parts) {
    wheel_.add_120ths(axis_of(axis), parts);
}

void WaylandPointer::end_frame() {
    auto scroll = wheel_.end_frame();
    if (!scroll || !is_inside_) {
        return;
    }
    tell_place();
    scroll->is_outside = is_outside();
    window_->queue->tell(*scroll);
}

}  // namespace oriel
