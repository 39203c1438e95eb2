// SPDX-License-Identifier: MIT
// What a person does to the window: focus, keys, pointer, and the grab of both.
#include <utility>

#include "present/pointer_motion.h"
#include "present/x11/window_presenter.h"

namespace oriel {
namespace {

constexpr std::uint8_t kSentByClient = 0x80;  // Set in the type of what another client sent.

template <class T>
const T& as(const xcb_generic_event_t& event) {
    return reinterpret_cast<const T&>(event);
}

}  // namespace

/// False: it was about something else.
bool X11Presenter::handle_focus(const xcb_generic_event_t& event, PresenterListener& listener) {
    switch (event.response_type & ~kSentByClient) {
    case XCB_FOCUS_IN:
        tell_focus(focus_.on_in(as<xcb_focus_in_event_t>(event)), listener);
        return true;
    case XCB_FOCUS_OUT:
        tell_focus(focus_.on_out(as<xcb_focus_out_event_t>(event)), listener);
        return true;
    case XCB_ENTER_NOTIFY:
        tell_focus(focus_.on_enter(as<xcb_enter_notify_event_t>(event)), listener);
        return true;
    case XCB_LEAVE_NOTIFY:
        tell_focus(focus_.on_leave(as<xcb_leave_notify_event_t>(event)), listener);
        return true;
    default:
        tell_focus(focus_.settle(), listener);
        return false;
    }
}

void X11Presenter::tell_focus(const X11Focus::Changes& changes, PresenterListener& listener) {
    for (const bool has_focus : changes) {
        tell_motion(listener);
        if (!has_focus) {
            input_.lost_focus();
        }
        listener.on_focus(has_focus);
    }
}

bool X11Presenter::is_pointer_locked() const {
    return grab_.held().pointer == Grab::Pointer::Relative;
}

/// Without a picture where a message covers it.
Viewport X11Presenter::visible_picture() const {
    return layers_.hides_picture() ? Viewport{} : canvas_.viewport();
}

void X11Presenter::handle_input(const xcb_generic_event_t& event, PresenterListener& listener) {
    const auto& button = as<xcb_button_press_event_t>(event);
    const int type = event.response_type & ~kSentByClient;
    const bool is_pointer = type != XCB_KEY_PRESS && type != XCB_KEY_RELEASE;
    const Viewport picture = visible_picture();
    if (is_pointer && !is_pointer_locked()) {
        input_.moved(button.event_x, button.event_y, picture);
    }
    std::optional<InputEvent> told;
    switch (type) {
    case XCB_MOTION_NOTIFY:
        return;
    case XCB_KEY_PRESS:
        told = input_.key_pressed(as<xcb_key_press_event_t>(event));
        break;
    case XCB_KEY_RELEASE:
        told = input_.key_released(as<xcb_key_release_event_t>(event));
        break;
    case XCB_BUTTON_PRESS:
        told = X11Input::button_pressed(button);
        break;
    default:
        told = X11Input::button_released(button);
        break;
    }
    tell_motion(listener);
    if (told) {
        told->is_outside =
            is_pointer && !is_pointer_locked() && !picture.shows(button.event_x, button.event_y);
        listener.on_input(*told);
    }
}

void X11Presenter::tell_motion(PresenterListener& listener) {
    if (const auto motion = input_.take_motion()) {
        listener.on_input(*motion);
    }
    if (const auto motion = grab_.raw().take_motion()) {
        listener.on_input(*motion);
    }
}

void X11Presenter::set_grab(const Grab& grab) {
    grab_loss_.clear();
    if (auto done = grab_.set(grab, window_.size()); !done) {
        lose_grab(done.error().message);
    }
    cursor_.set_locked(is_pointer_locked());
    place_pointer();
}

void X11Presenter::lose_grab(const std::string& why) {
    grab_loss_ = why;
    cursor_.set_locked(is_pointer_locked());
}

void X11Presenter::tell_grab(PresenterListener& listener) {
    if (!grab_loss_.empty()) {
        listener.on_grab_lost(std::exchange(grab_loss_, {}));
    }
}

/// While it is locked the pointer's picture stands where the guest has it.
void X11Presenter::place_pointer() {
    if (is_pointer_locked() && guest_pointer_ && !canvas_.viewport().picture().is_empty()) {
        grab_.put_pointer(place_in_window(*guest_pointer_, canvas_.viewport()), window_.size());
    }
}

}  // namespace oriel
