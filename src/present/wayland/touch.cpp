// SPDX-License-Identifier: MIT
#include "present/wayland/touch.h"

#include <utility>

#include <wayland-client.h>

#include "present/pointer_motion.h"
#include "present/wayland/listener.h"

namespace oriel {

WaylandTouch::WaylandTouch(WaylandOwned<wl_touch> handle,
                           const WaylandSeatWindow& window,
                           std::function<void()> changed)
    : handle_(std::move(handle)), window_(&window), changed_(std::move(changed)) {
    static constexpr wl_touch_listener kListener = {
        .down = WaylandEvent<&WaylandTouch::down>::call,
        .up = WaylandEvent<&WaylandTouch::up>::call,
        .motion = WaylandEvent<&WaylandTouch::move>::call,
        .frame = ignore_wayland_event,
        .cancel = WaylandEvent<&WaylandTouch::cancel>::call,
        .shape = ignore_wayland_event,
        .orientation = ignore_wayland_event};
    wl_touch_add_listener(handle_.get(), &kListener, this);
}

WaylandTouch::~WaylandTouch() {
    cancel();
}

std::optional<InputEvent> WaylandTouch::place(std::int32_t x, std::int32_t y) const {
    const auto [viewport, pixel] = window_->picture();
    return motion_to(wl_fixed_to_double(x), wl_fixed_to_double(y), viewport, pixel);
}

void WaylandTouch::tell(const TouchPointer::Events& events) {
    for (const InputEvent& event : events) {
        window_->queue->tell(event);
    }
}

void WaylandTouch::down(std::uint32_t /*serial*/,
                        std::uint32_t /*time*/,
                        wl_surface* surface,
                        std::int32_t finger,
                        std::int32_t x,
                        std::int32_t y) {
    if (surface != window_->surface) {
        return;
    }
    const TouchPointer::Events events = pointer_.down(finger, place(x, y));
    changed_();
    tell(events);
}

void WaylandTouch::up(std::uint32_t /*serial*/, std::uint32_t /*time*/, std::int32_t finger) {
    tell(pointer_.up(finger));
    changed_();
}

void WaylandTouch::move(std::uint32_t /*time*/,
                        std::int32_t finger,
                        std::int32_t x,
                        std::int32_t y) {
    tell(pointer_.move(finger, place(x, y)));
}

void WaylandTouch::cancel() {
    tell(pointer_.cancel());
    changed_();
}

}  // namespace oriel
