// SPDX-License-Identifier: MIT
#include "present/wayland/input.h"

#include <algorithm>
#include <utility>

#include <wayland-client.h>

namespace oriel {

WaylandInput::WaylandInput(WaylandConnection& connection, wl_surface* surface, PictureNow picture)
    : connection_(&connection),
      window_{.surface = surface, .queue = &queue_, .picture = std::move(picture)},
      grab_(connection, surface, queue_) {
    connection.watch_globals(
        wl_seat_interface.name,
        [this](const WaylandConnection::Global& global) { add(global); },
        [this](const WaylandConnection::Global& global) { remove(global.name); });
}

WaylandInput::~WaylandInput() {
    grab_.drop();
    // What they tell at their end finds no seats.
    const auto gone = std::exchange(seats_, {});
}

void WaylandInput::add(const WaylandConnection::Global& global) {
    seats_.push_back(std::make_unique<WaylandSeat>(
        *connection_,
        global,
        window_,
        [this] { follow_seats(); },
        [this](const WaylandPointer& pointer) {
            if (grab_.is_by(pointer)) {
                grab_.lose("the pointer is gone; plug in a mouse and try again");
            }
        }));
}

void WaylandInput::remove(std::uint32_t name) {
    const auto found =
        std::ranges::find_if(seats_, [name](const auto& seat) { return seat->global() == name; });
    if (found == seats_.end()) {
        return;
    }
    const auto gone = std::move(*found);
    seats_.erase(found);
    follow_seats();
}

const WaylandSeat* WaylandInput::focused() const {
    const auto find = [this](auto&& is_it) -> const WaylandSeat* {
        const auto found = std::ranges::find_if(seats_, is_it);
        return found == seats_.end() ? nullptr : found->get();
    };
    const WaylandSeat* typed_by = find([](const auto& seat) { return seat->has_keyboard_focus(); });
    const bool has_keyboard =
        find([](const auto& seat) { return seat->keyboard() != nullptr; }) != nullptr;
    if (typed_by != nullptr || has_keyboard) {
        return typed_by;
    }
    return find([](const auto& seat) { return seat->is_pointed_at(); });
}

void WaylandInput::follow_seats() {
    for (const auto& seat : seats_) {
        if (seat->pointer() != nullptr) {
            seat->pointer()->set_look(look_);
        }
    }
    const bool has_focus = focused() != nullptr;
    if (has_focus == std::exchange(has_focus_, has_focus)) {
        return;
    }
    queue_.tell_focus(has_focus);
    if (!has_focus) {
        grab_.lose("the window lost the keyboard");
    }
}

Rect WaylandInput::picture() const {
    return window_.picture().viewport.target();
}

void WaylandInput::set_grab(const Grab& wanted) {
    grab_.set(wanted, focused(), picture());
}

void WaylandInput::follow_picture() {
    grab_.follow_picture(picture());
    for (const auto& seat : seats_) {
        if (seat->pointer() != nullptr) {
            seat->pointer()->follow_picture();
        }
    }
}

void WaylandInput::set_look(const WaylandCursorLook& look) {
    look_ = look;
    follow_seats();
}

std::optional<HostLocks> WaylandInput::locks() {
    const WaylandSeat* seat = focused();
    if (seat == nullptr || seat->keyboard() == nullptr) {
        return std::nullopt;
    }
    if (!seat->keyboard()->is_current() && !connection_->round_trip()) {
        return std::nullopt;
    }
    // It may have gone meanwhile.
    seat = focused();
    return seat != nullptr && seat->keyboard() != nullptr ? seat->keyboard()->locks()
                                                          : std::nullopt;
}

void WaylandInput::tell(PresenterListener& listener) {
    // The listener may ask for locks, by which more is told.
    while (!queue_.is_empty()) {
        for (const WaylandInputQueue::Told& told : queue_.take()) {
            if (const auto* focus = std::get_if<WaylandInputQueue::Focus>(&told)) {
                listener.on_focus(focus->is_ours);
            } else {
                listener.on_input(std::get<InputEvent>(told));
            }
        }
    }
    grab_.check();
    if (const auto why = grab_.take_loss()) {
        listener.on_grab_lost(*why);
    }
    if (grab_.limit() != told_limit_) {
        told_limit_ = grab_.limit();
        listener.on_grab_limited(told_limit_);
    }
}

}  // namespace oriel
