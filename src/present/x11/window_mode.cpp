// SPDX-License-Identifier: MIT
// Full screen: asked of the window manager (EWMH), or done by hand where there is none.
#include <algorithm>
#include <array>
#include <span>

#include "present/viewport.h"
#include "present/x11/window.h"

namespace oriel {

bool X11Window::has_manager_for_full_screen() const {
    constexpr std::uint32_t kMostAtoms = 1024;
    const auto cookie = xcb_get_property(connection_->get(),
                                         0,
                                         connection_->screen().root,
                                         connection_->atom(X11Atom::NetSupported),
                                         XCB_ATOM_ATOM,
                                         0,
                                         kMostAtoms);
    const XcbReply<xcb_get_property_reply_t> reply(
        xcb_get_property_reply(connection_->get(), cookie, nullptr));
    if (!reply || reply->format != 32) {
        return false;
    }
    const std::span<const xcb_atom_t> supported(
        static_cast<const xcb_atom_t*>(xcb_get_property_value(reply.get())), reply->value_len);
    return std::ranges::find(supported, connection_->atom(X11Atom::NetWmStateFullscreen)) !=
           supported.end();
}

void X11Window::ask_manager(Presenter::WindowMode mode) {
    const bool is_on = mode == Presenter::WindowMode::FullScreen;
    const xcb_atom_t full_screen = connection_->atom(X11Atom::NetWmStateFullscreen);
    if (!is_shown_) {
        const std::array states = {full_screen};
        change_property(connection_->atom(X11Atom::NetWmState),
                        XCB_ATOM_ATOM,
                        std::span(states).first(is_on ? 1 : 0));
        return;
    }
    constexpr std::uint32_t kFromApplication = 1;
    xcb_client_message_event_t message{};
    message.response_type = XCB_CLIENT_MESSAGE;
    message.format = 32;
    message.window = id();
    message.type = connection_->atom(X11Atom::NetWmState);
    message.data.data32[0] = is_on ? 1 : 0;
    message.data.data32[1] = full_screen;
    message.data.data32[3] = kFromApplication;
    xcb_send_event(connection_->get(),
                   0,
                   connection_->screen().root,
                   XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY | XCB_EVENT_MASK_SUBSTRUCTURE_REDIRECT,
                   reinterpret_cast<const char*>(&message));
}

void X11Window::set_mode(Presenter::WindowMode mode) {
    const bool is_on = mode == Presenter::WindowMode::FullScreen;
    if (is_on == is_full_screen_) {
        return;
    }
    is_full_screen_ = is_on;
    // A compositor in between costs a copy and a frame's time.
    const std::array bypass = {std::uint32_t{is_on ? 1U : 0U}};
    change_property(connection_->atom(X11Atom::NetWmBypassCompositor), XCB_ATOM_CARDINAL, bypass);
    awaits_answer_ = true;
    const bool has_manager = has_manager_for_full_screen();
    if (has_manager) {
        ask_manager(mode);
    }
    if (is_on) {
        windowed_size_ = size_;
        if (!has_manager) {
            resize(connection_->root_size());
        }
        return;
    }
    // A window manager gives back the old size; the picture may have another one meanwhile.
    const Size wanted = keeps_size() || picture_.is_empty()
                            ? windowed_size_
                            : fit_into(connection_->root_size(), picture_);
    if (!wanted.is_empty() && (!has_manager || wanted != windowed_size_)) {
        resize(wanted);
    }
}

}  // namespace oriel
