// SPDX-License-Identifier: MIT
#include "present/wayland/grab.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <keyboard-shortcuts-inhibit-unstable-v1-client-protocol.h>
#include <pointer-constraints-unstable-v1-client-protocol.h>
#include <relative-pointer-unstable-v1-client-protocol.h>
#include <wayland-client.h>

#include "present/wayland/listener.h"

namespace oriel {
namespace {

/// Compositors grant what they grant at once; a busy machine's takes its time.
constexpr Nanoseconds kAnswerLimit = std::chrono::seconds(1);

/// From wl_fixed_t's 1/256 of a count.
constexpr std::int64_t kSumsPerFixed = MotionSum::kOne / 256;

}  // namespace

void WaylandGrab::set(const Grab& wanted, const WaylandSeat* seat, const Rect& picture) {
    loss_.reset();
    if (wanted == Grab{}) {
        drop();
        return;
    }
    if (seat == nullptr) {
        held_ = wanted;
        lose(
            "cannot grab keyboard and pointer: the window does not have the keyboard; click into "
            "it and try again");
        return;
    }
    if (seat->get() != seat_) {
        drop();
        seat_ = seat->get();
    }
    const Grab before = std::exchange(held_, wanted);
    asked_ = monotonic_now();
    if (wanted.keyboard == Grab::Keyboard::Free) {
        inhibitor_.reset();
    } else if (before.keyboard == Grab::Keyboard::Free) {
        take_keyboard(*seat);
    }
    if (wanted.pointer != before.pointer) {
        drop_pointer();
        take_pointer(wanted.pointer, *seat, picture);
    }
    check();
}

void WaylandGrab::take_keyboard(const WaylandSeat& seat) {
    const auto& manager = connection_->globals().shortcuts_inhibit;
    is_inhibiting_ = false;
    was_inhibiting_ = false;
    if (!manager || seat.keyboard() == nullptr) {
        return;
    }
    inhibitor_.reset(zwp_keyboard_shortcuts_inhibit_manager_v1_inhibit_shortcuts(
        manager.get(), surface_, seat_));
    static constexpr zwp_keyboard_shortcuts_inhibitor_v1_listener kListener = {
        .active = WaylandEvent<&WaylandGrab::take_inhibiting>::call,
        .inactive = WaylandEvent<&WaylandGrab::take_not_inhibiting>::call};
    zwp_keyboard_shortcuts_inhibitor_v1_add_listener(inhibitor_.get(), &kListener, this);
}

void WaylandGrab::take_pointer(Grab::Pointer kind, const WaylandSeat& seat, const Rect& picture) {
    pointer_ = seat.pointer();
    region_ = picture;
    if (kind == Grab::Pointer::Relative) {
        lock(picture);
    } else if (kind == Grab::Pointer::Confined) {
        confine(picture);
    }
}

void WaylandGrab::lock(const Rect& picture) {
    const WaylandGlobals& globals = connection_->globals();
    const char* lacking = !globals.pointer_constraints ? "pointer-constraints"
                          : !globals.relative_pointer  ? "relative-pointer"
                                                       : nullptr;
    if (lacking != nullptr) {
        lose(
            fmt::format("cannot lock the pointer: the compositor at {} has no {}; give the guest "
                        "a tablet",
                        connection_->name(),
                        lacking));
        return;
    }
    if (pointer_ == nullptr) {
        lose("cannot lock the pointer: there is none; plug in a mouse");
        return;
    }
    relative_.reset(zwp_relative_pointer_manager_v1_get_relative_pointer(
        globals.relative_pointer.get(), pointer_->get()));
    static constexpr zwp_relative_pointer_v1_listener kMotion = {
        .relative_motion = WaylandEvent<&WaylandGrab::take_motion>::call};
    zwp_relative_pointer_v1_add_listener(relative_.get(), &kMotion, this);
    sum_.clear();
    // Once: a lock that was lost does not come back by itself.
    lock_.reset(
        zwp_pointer_constraints_v1_lock_pointer(globals.pointer_constraints.get(),
                                                surface_,
                                                pointer_->get(),
                                                region_of(picture).get(),
                                                ZWP_POINTER_CONSTRAINTS_V1_LIFETIME_ONESHOT));
    static constexpr zwp_locked_pointer_v1_listener kLock = {
        .locked = WaylandEvent<&WaylandGrab::take_locked>::call,
        .unlocked = WaylandEvent<&WaylandGrab::take_unlocked>::call};
    zwp_locked_pointer_v1_add_listener(lock_.get(), &kLock, this);
}

void WaylandGrab::confine(const Rect& picture) {
    const WaylandGlobals& globals = connection_->globals();
    if (!globals.pointer_constraints || pointer_ == nullptr) {
        return;
    }
    // For as often as it comes into the picture while the grab lasts.
    confinement_.reset(
        zwp_pointer_constraints_v1_confine_pointer(globals.pointer_constraints.get(),
                                                   surface_,
                                                   pointer_->get(),
                                                   region_of(picture).get(),
                                                   ZWP_POINTER_CONSTRAINTS_V1_LIFETIME_PERSISTENT));
    static constexpr zwp_confined_pointer_v1_listener kListener = {
        .confined = WaylandEvent<&WaylandGrab::take_confined>::call,
        .unconfined = WaylandEvent<&WaylandGrab::take_unconfined>::call};
    zwp_confined_pointer_v1_add_listener(confinement_.get(), &kListener, this);
}

/// Null, which is all of the surface, where there is no picture.
WaylandOwned<wl_region> WaylandGrab::region_of(const Rect& rect) const {
    if (rect.is_empty()) {
        return nullptr;
    }
    WaylandOwned<wl_region> region(
        wl_compositor_create_region(connection_->globals().compositor.get()));
    wl_region_add(region.get(),
                  static_cast<std::int32_t>(rect.x),
                  static_cast<std::int32_t>(rect.y),
                  static_cast<std::int32_t>(rect.width),
                  static_cast<std::int32_t>(rect.height));
    return region;
}

void WaylandGrab::follow_picture(const Rect& picture) {
    if (picture == region_) {
        return;
    }
    region_ = picture;
    if (lock_) {
        zwp_locked_pointer_v1_set_region(lock_.get(), region_of(picture).get());
    } else if (confinement_) {
        zwp_confined_pointer_v1_set_region(confinement_.get(), region_of(picture).get());
    }
}

void WaylandGrab::place_locked(Viewport::Point place) {
    if (lock_) {
        zwp_locked_pointer_v1_set_cursor_position_hint(
            lock_.get(),
            wl_fixed_from_int(static_cast<int>(place.x)),
            wl_fixed_from_int(static_cast<int>(place.y)));
    }
}

void WaylandGrab::drop_pointer() {
    lock_.reset();
    relative_.reset();
    confinement_.reset();
    is_confined_ = false;
    if (std::exchange(is_locked_, false)) {
        pointer_->set_locked(false);
    }
    pointer_ = nullptr;
}

void WaylandGrab::drop() {
    drop_pointer();
    inhibitor_.reset();
    seat_ = nullptr;
    held_ = {};
    limit_.clear();
}

void WaylandGrab::lose(const std::string& why) {
    if (is_held()) {
        drop();
        loss_ = why;
    }
}

void WaylandGrab::take_inhibiting() {
    is_inhibiting_ = true;
    was_inhibiting_ = true;
}

void WaylandGrab::take_not_inhibiting() {
    is_inhibiting_ = false;
}

void WaylandGrab::take_locked() {
    is_locked_ = true;
    pointer_->set_locked(true);
}

void WaylandGrab::take_unlocked() {
    lose("the compositor took the pointer back; press the host key to grab it again");
}

void WaylandGrab::take_confined() {
    is_confined_ = true;
}

void WaylandGrab::take_unconfined() {
    is_confined_ = false;
    asked_ = monotonic_now();
}

void WaylandGrab::take_motion(std::uint32_t /*time_high*/,
                              std::uint32_t /*time_low*/,
                              std::int32_t x,
                              std::int32_t y,
                              std::int32_t raw_x,
                              std::int32_t raw_y) {
    if (!is_locked_) {
        return;
    }
    // A compositor in another's window knows the accelerated motion alone.
    const bool is_raw = raw_x != 0 || raw_y != 0;
    sum_.add((is_raw ? raw_x : x) * kSumsPerFixed, (is_raw ? raw_y : y) * kSumsPerFixed);
    if (const auto motion = sum_.take()) {
        queue_->tell(*motion);
    }
}

void WaylandGrab::check() {
    if (!is_held()) {
        return;
    }
    const bool is_overdue = monotonic_now() - asked_ > kAnswerLimit;
    if (lock_ && !is_locked_ && is_overdue) {
        lose(why_not_locked());
        return;
    }
    const std::string keyboard = keyboard_limit(is_overdue);
    const std::string pointer = pointer_limit(is_overdue);
    const char* between = keyboard.empty() || pointer.empty() ? "" : "; ";
    limit_ = keyboard + between + pointer;
}

std::string WaylandGrab::why_not_locked() const {
    if (!pointer_->is_inside()) {
        return "cannot lock the pointer: it is not in the window; move it there and try again";
    }
    return fmt::format(
        "cannot lock the pointer: the compositor at {} does not grant it; click into the picture "
        "and try again, or allow pointer constraints in its settings",
        connection_->name());
}

std::string WaylandGrab::keyboard_limit(bool is_overdue) const {
    if (held_.keyboard == Grab::Keyboard::Free || is_inhibiting_) {
        return {};
    }
    if (!inhibitor_) {
        return "the compositor keeps its own shortcuts: it has no keyboard-shortcuts-inhibit";
    }
    if (was_inhibiting_) {
        return "the compositor took its own shortcuts back; release and grab again to ask anew";
    }
    return is_overdue ? "the compositor keeps its own shortcuts: it did not grant "
                        "keyboard-shortcuts-inhibit; allow it in its settings"
                      : "";
}

std::string WaylandGrab::pointer_limit(bool is_overdue) const {
    if (held_.pointer != Grab::Pointer::Confined || is_confined_) {
        return {};
    }
    if (!connection_->globals().pointer_constraints) {
        return "the compositor has no pointer-constraints: the pointer may leave the window";
    }
    // Outside it is let in, and kept from then on.
    const bool is_refused = is_overdue && pointer_ != nullptr && pointer_->is_inside();
    return is_refused ? "the compositor does not keep the pointer in the window" : "";
}

}  // namespace oriel
