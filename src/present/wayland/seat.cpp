// SPDX-License-Identifier: MIT
#include "present/wayland/seat.h"

#include <algorithm>
#include <utility>

#include <wayland-client.h>

#include "present/wayland/listener.h"

namespace oriel {
namespace {

constexpr std::uint32_t kVersion = 8;  // Wheels in 120ths of a notch.

}  // namespace

WaylandSeat::WaylandSeat(const WaylandConnection& connection,
                         const WaylandConnection::Global& global,
                         const WaylandSeatWindow& window,
                         std::function<void()> changed,
                         std::function<void(const WaylandPointer&)> pointer_goes)
    : connection_(&connection),
      global_(global.name),
      handle_(static_cast<wl_seat*>(wl_registry_bind(
          connection.registry(),
          global.name,
          &wl_seat_interface,
          std::min(
              {global.version, kVersion, static_cast<std::uint32_t>(wl_seat_interface.version)})))),
      window_(&window),
      changed_(std::move(changed)),
      pointer_goes_(std::move(pointer_goes)) {
    static constexpr wl_seat_listener kListener = {
        .capabilities = WaylandEvent<&WaylandSeat::set_capabilities>::call,
        .name = ignore_wayland_event};
    wl_seat_add_listener(handle_.get(), &kListener, this);
}

WaylandSeat::~WaylandSeat() {
    set_pointer(false);
}

void WaylandSeat::set_capabilities(std::uint32_t capabilities) {
    set_keyboard((capabilities & WL_SEAT_CAPABILITY_KEYBOARD) != 0);
    set_pointer((capabilities & WL_SEAT_CAPABILITY_POINTER) != 0);
    set_touch((capabilities & WL_SEAT_CAPABILITY_TOUCH) != 0);
    changed_();
}

void WaylandSeat::set_keyboard(bool is_there) {
    if (!is_there) {
        keyboard_.reset();
    } else if (!keyboard_) {
        keyboard_ = std::make_unique<WaylandKeyboard>(
            WaylandOwned<wl_keyboard>(wl_seat_get_keyboard(handle_.get())), *window_, changed_);
    }
}

void WaylandSeat::set_pointer(bool is_there) {
    if (is_there && !pointer_) {
        pointer_ = std::make_unique<WaylandPointer>(
            *connection_,
            WaylandOwned<wl_pointer>(wl_seat_get_pointer(handle_.get())),
            *window_,
            changed_);
    } else if (!is_there && pointer_) {
        pointer_goes_(*pointer_);
        pointer_.reset();
    }
}

void WaylandSeat::set_touch(bool is_there) {
    if (!is_there) {
        touch_.reset();
    } else if (!touch_) {
        touch_ = std::make_unique<WaylandTouch>(
            WaylandOwned<wl_touch>(wl_seat_get_touch(handle_.get())), *window_, changed_);
    }
}

}  // namespace oriel
