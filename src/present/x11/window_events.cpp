// SPDX-License-Identifier: MIT
// What comes from the server, and what the listener hears of it: the window and its frames.
#include <utility>

#include <fmt/format.h>
#include <xcb/present.h>
#include <xcb/shm.h>
#include <xcb/xcbext.h>

#include "base/log.h"
#include "present/x11/window_presenter.h"

namespace oriel {
namespace {

constexpr std::uint8_t kSentByClient = 0x80;  // Set in the type of what another client sent.

template <class T>
const T& as(const xcb_generic_event_t& event) {
    return reinterpret_cast<const T&>(event);
}

}  // namespace

Result<void> X11Presenter::dispatch(PresenterListener& listener) {
    // Reads all there is from the socket.
    return tell(Event(xcb_poll_for_event(connection_.get())), listener);
}

Result<void> X11Presenter::dispatch_read(PresenterListener& listener) {
    return tell(Event(xcb_poll_for_queued_event(connection_.get())), listener);
}

/// All that is news, beginning with `event` and those read behind it.
Result<void> X11Presenter::tell(Event event, PresenterListener& listener) {
    do {
        for (; event; event.reset(xcb_poll_for_queued_event(connection_.get()))) {
            handle(*event, listener);
        }
        tell_focus(focus_.settle(), listener);
        tell_motion(listener);
        // What was lost first, so that the frame shown next is the whole one.
        tell_window(listener);
        tell_grab(listener);
        tell_finished(listener);
        // Whoever waited for a reply meanwhile read the events before it too, and nothing wakes us
        // for those.
        event.reset(xcb_poll_for_queued_event(connection_.get()));
    } while (event);
    return connection_.check();
}

void X11Presenter::handle(const xcb_generic_event_t& event, PresenterListener& listener) {
    if (handle_focus(event, listener)) {
        return;
    }
    switch (event.response_type & ~kSentByClient) {
    case 0:
        return handle_error(as<xcb_generic_error_t>(event));
    case XCB_KEY_PRESS:
    case XCB_KEY_RELEASE:
    case XCB_BUTTON_PRESS:
    case XCB_BUTTON_RELEASE:
    case XCB_MOTION_NOTIFY:
        return handle_input(event, listener);
    case XCB_GE_GENERIC:
        return handle_generic(as<xcb_ge_generic_event_t>(event));
    default:
        return handle_window(event, listener);
    }
}

void X11Presenter::handle_generic(const xcb_ge_generic_event_t& event) {
    const X11Abilities& abilities = connection_.abilities();
    if (abilities.input_opcode != 0 && event.extension == abilities.input_opcode) {
        grab_.raw().take(event);
    } else if (event.extension == abilities.present_opcode &&
               event.event_type == XCB_PRESENT_COMPLETE_NOTIFY) {
        refresh_.take(reinterpret_cast<const xcb_present_complete_notify_event_t&>(event),
                      monotonic_now());
    }
}

void X11Presenter::handle_error(const xcb_generic_error_t& error) {
    log(LogLevel::Debug,
        fmt::format("X error {} from request {}.{}, resource {:#x}",
                    error.error_code,
                    error.major_code,
                    error.minor_code,
                    error.resource_id));
    const bool is_refused_put = error.major_code == connection_.abilities().shm_opcode &&
                                error.minor_code == XCB_SHM_PUT_IMAGE &&
                                error.error_code != XCB_DRAWABLE;
    if (is_refused_put && source_.is_region_bound()) {
        log(LogLevel::Warning,
            fmt::format("the X server {} cannot read the region any more; frames are copied",
                        connection_.name()));
        source_.forget_region();
        is_exposed_ = true;
    }
}

void X11Presenter::handle_window(const xcb_generic_event_t& event, PresenterListener& listener) {
    switch (event.response_type & ~kSentByClient) {
    case XCB_EXPOSE:
        is_exposed_ = true;
        break;
    case XCB_CONFIGURE_NOTIFY: {
        const auto& configure = as<xcb_configure_notify_event_t>(event);
        is_resized_ = window_.take_size({configure.width, configure.height}) || is_resized_;
        window_.take_position({configure.x, configure.y},
                              (event.response_type & kSentByClient) != 0
                                  ? X11Window::Teller::Manager
                                  : X11Window::Teller::Server);
        break;
    }
    case XCB_REPARENT_NOTIFY:
        window_.take_parent(as<xcb_reparent_notify_event_t>(event).parent);
        break;
    case XCB_MAP_NOTIFY:
        is_mapped_ = true;
        was_mapped_ = true;
        break;
    case XCB_UNMAP_NOTIFY:
        is_mapped_ = false;
        if (grab_.held() != Grab{}) {
            grab_.forget();
            lose_grab("the window is off the screen: keyboard and pointer are free");
        }
        break;
    case XCB_DESTROY_NOTIFY:  // By another client: it is as if its button had been pressed.
        listener.on_close_wanted();
        break;
    case XCB_VISIBILITY_NOTIFY:
        is_obscured_ =
            as<xcb_visibility_notify_event_t>(event).state == XCB_VISIBILITY_FULLY_OBSCURED;
        break;
    case XCB_PROPERTY_NOTIFY:
        if (as<xcb_property_notify_event_t>(event).atom == connection_.atom(X11Atom::NetWmState)) {
            window_.read_state();
        }
        break;
    case XCB_CLIENT_MESSAGE:
        if (window_.take_message(as<xcb_client_message_event_t>(event))) {
            listener.on_close_wanted();
        }
        break;
    default:
        break;
    }
}

void X11Presenter::tell_finished(PresenterListener& listener) {
    if (!in_flight_) {
        return;
    }
    void* reply = nullptr;
    xcb_generic_error_t* error = nullptr;
    if (xcb_poll_for_reply(connection_.get(), in_flight_->reply.sequence, &reply, &error) == 0) {
        return;
    }
    const XcbReply<void> freed_reply(reply);
    const XcbReply<xcb_generic_error_t> freed_error(error);
    // The listener may show the next frame meanwhile.
    const InFlight finished = *in_flight_;
    in_flight_.reset();
    // Without a reply the connection broke.
    if (finished.outcome == InFlight::Outcome::Drawn && freed_reply) {
        listener.on_shown(finished.token, monotonic_now());
    }
    listener.on_released(finished.token);
}

void X11Presenter::tell_window(PresenterListener& listener) {
    const bool is_visible = !was_mapped_ || (is_mapped_ && !is_obscured_ && !window_.is_hidden());
    if (is_visible != told_visible_) {
        told_visible_ = is_visible;
        listener.on_visibility(is_visible);
    }
    const bool is_resized = std::exchange(is_resized_, false);
    const bool is_lost = std::exchange(is_exposed_, false) || is_resized;
    if (is_resized) {
        if (!canvas_.viewport().picture().is_empty()) {
            canvas_.lay_out(canvas_.viewport().picture());
        }
        if (auto kept = grab_.follow_size(window_.size()); !kept) {
            lose_grab(kept.error().message);
        }
        layers_.follow_size(window_.size());
    }
    if (const WindowArea now = area(); now != told_area_) {
        told_area_ = now;
        listener.on_resized(now);
    }
    if (!is_lost) {
        return;
    }
    is_stale_ = true;
    if (!layers_.hides_picture()) {
        listener.on_exposed();
    }
}

}  // namespace oriel
