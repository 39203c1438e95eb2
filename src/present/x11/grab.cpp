// SPDX-License-Identifier: MIT
#include "present/x11/grab.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

namespace oriel {
namespace {

constexpr std::uint16_t kPointerEvents =
    XCB_EVENT_MASK_BUTTON_PRESS | XCB_EVENT_MASK_BUTTON_RELEASE | XCB_EVENT_MASK_POINTER_MOTION |
    XCB_EVENT_MASK_ENTER_WINDOW | XCB_EVENT_MASK_LEAVE_WINDOW;

Result<void> outcome(std::uint8_t status, const char* device) {
    switch (status) {
    case XCB_GRAB_STATUS_SUCCESS:
        return {};
    case XCB_GRAB_STATUS_NOT_VIEWABLE:
        return Failure(
            Error::busy(fmt::format("cannot grab the {}: the window is not on screen", device)));
    default:
        return Failure(Error::busy(fmt::format(
            "cannot grab the {}: another program holds it; close its menu or dialog and try again",
            device)));
    }
}

Error no_answer(const X11Connection& connection) {
    return Error::not_found(fmt::format("the X server {} did not grant a grab", connection.name()));
}

}  // namespace

Result<void> X11Grab::set(const Grab& wanted, Size window) {
    auto done = set_pointer(wanted.pointer, window);
    if (done && wanted.keyboard == Grab::Keyboard::Taken &&
        held_.keyboard == Grab::Keyboard::Free) {
        done = take_keyboard();
    }
    if (!done) {
        free_pointer();
        free_keyboard();
        held_ = {};
        wait();
        return done;
    }
    if (wanted.keyboard == Grab::Keyboard::Free && held_.keyboard == Grab::Keyboard::Taken) {
        free_keyboard();
        wait();
    }
    held_ = wanted;
    return {};
}

Result<void> X11Grab::set_pointer(Grab::Pointer wanted, Size window) {
    if (wanted == held_.pointer) {
        return {};
    }
    if (wanted == Grab::Pointer::Free) {
        free_pointer();
        return {};
    }
    return take_pointer(wanted, window);
}

Result<void> X11Grab::take_pointer(Grab::Pointer kind, Size window) {
    if (kind == Grab::Pointer::Confined) {
        ORIEL_TRY(grab_pointer(window_));
        raw_.stop();
        lock_ = {};
        return {};
    }
    ORIEL_TRY(raw_.start());
    make_lock(window);
    return grab_pointer(lock_.id());
}

Result<void> X11Grab::grab_pointer(xcb_window_t confined_to) const {
    const auto cookie = xcb_grab_pointer(connection_->get(),
                                         0,
                                         window_,
                                         kPointerEvents,
                                         XCB_GRAB_MODE_ASYNC,
                                         XCB_GRAB_MODE_ASYNC,
                                         confined_to,
                                         XCB_NONE,
                                         XCB_CURRENT_TIME);
    const XcbReply<xcb_grab_pointer_reply_t> reply(
        xcb_grab_pointer_reply(connection_->get(), cookie, nullptr));
    return reply ? outcome(reply->status, "pointer") : Failure(no_answer(*connection_));
}

Result<void> X11Grab::take_keyboard() const {
    const auto cookie = xcb_grab_keyboard(
        connection_->get(), 0, window_, XCB_CURRENT_TIME, XCB_GRAB_MODE_ASYNC, XCB_GRAB_MODE_ASYNC);
    const XcbReply<xcb_grab_keyboard_reply_t> reply(
        xcb_grab_keyboard_reply(connection_->get(), cookie, nullptr));
    return reply ? outcome(reply->status, "keyboard") : Failure(no_answer(*connection_));
}

void X11Grab::free_pointer() {
    raw_.stop();
    xcb_ungrab_pointer(connection_->get(), XCB_CURRENT_TIME);
    lock_ = {};
}

void X11Grab::free_keyboard() const {
    xcb_ungrab_keyboard(connection_->get(), XCB_CURRENT_TIME);
}

/// The events that a grab's end makes have been read then, all of them: see X11Focus.
void X11Grab::wait() const {
    const XcbReply<xcb_get_input_focus_reply_t> reply(xcb_get_input_focus_reply(
        connection_->get(), xcb_get_input_focus(connection_->get()), nullptr));
}

void X11Grab::forget() {
    raw_.stop();
    lock_ = {};
    held_ = {};
}

void X11Grab::make_lock(Size window) {
    const XcbReply<xcb_query_pointer_reply_t> pointer(xcb_query_pointer_reply(
        connection_->get(), xcb_query_pointer(connection_->get(), window_), nullptr));
    const bool is_inside = pointer && pointer->win_x >= 0 && pointer->win_y >= 0 &&
                           pointer->win_x < static_cast<std::int32_t>(window.width) &&
                           pointer->win_y < static_cast<std::int32_t>(window.height);
    lock_at_ = is_inside ? Viewport::Point{static_cast<std::uint32_t>(pointer->win_x),
                                           static_cast<std::uint32_t>(pointer->win_y)}
                         : Viewport::Point{window.width / 2, window.height / 2};
    const xcb_window_t id = xcb_generate_id(connection_->get());
    xcb_create_window(connection_->get(),
                      XCB_COPY_FROM_PARENT,
                      id,
                      window_,
                      static_cast<std::int16_t>(lock_at_.x),
                      static_cast<std::int16_t>(lock_at_.y),
                      1,
                      1,
                      0,
                      XCB_WINDOW_CLASS_INPUT_ONLY,
                      XCB_COPY_FROM_PARENT,
                      0,
                      nullptr);
    xcb_map_window(connection_->get(), id);
    lock_ = {connection_->get(), id};
}

void X11Grab::put_pointer(Viewport::Point place, Size window) {
    if (held_.pointer == Grab::Pointer::Relative && place != lock_at_) {
        lock_at_ = place;
        place_lock(window);
    }
}

void X11Grab::place_lock(Size window) {
    lock_at_ = {std::min(lock_at_.x, window.width - 1), std::min(lock_at_.y, window.height - 1)};
    const std::uint32_t place[] = {lock_at_.x, lock_at_.y};
    xcb_configure_window(
        connection_->get(), lock_.id(), XCB_CONFIG_WINDOW_X | XCB_CONFIG_WINDOW_Y, place);
}

Result<void> X11Grab::follow_size(Size window) {
    if (held_.pointer != Grab::Pointer::Relative) {
        return {};
    }
    place_lock(window);
    auto done = grab_pointer(lock_.id());
    if (!done) {
        static_cast<void>(set({}, window));
    }
    return done;
}

}  // namespace oriel
