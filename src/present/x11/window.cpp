// SPDX-License-Identifier: MIT
#include "present/x11/window.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/utsname.h>
#include <unistd.h>

#include "present/viewport.h"
#include "present/x11/icon.h"

namespace oriel {
namespace {

constexpr Size kDefaultSize = {1280, 720};
constexpr std::uint32_t kMinSide = 64;

X11Owned<xcb_free_colormap> make_colormap(const X11Connection& connection) {
    if (connection.visual().is_root) {
        return {};
    }
    const xcb_colormap_t id = xcb_generate_id(connection.get());
    xcb_create_colormap(connection.get(),
                        XCB_COLORMAP_ALLOC_NONE,
                        id,
                        connection.screen().root,
                        connection.visual().id);
    return {connection.get(), id};
}

X11Owned<xcb_destroy_window> make_window(const X11Connection& connection,
                                         xcb_colormap_t colormap,
                                         Size size) {
    const xcb_window_t id = xcb_generate_id(connection.get());
    xcb_create_window_value_list_t values{};
    values.background_pixmap = XCB_BACK_PIXMAP_NONE;  // The server clears nothing: no flicker.
    values.border_pixel = 0;
    values.bit_gravity = XCB_GRAVITY_NORTH_WEST;
    values.event_mask = X11Window::kEvents;
    values.colormap = colormap == XCB_NONE ? connection.screen().default_colormap : colormap;
    xcb_create_window_aux(connection.get(),
                          connection.visual().depth,
                          id,
                          connection.screen().root,
                          0,
                          0,
                          static_cast<std::uint16_t>(size.width),
                          static_cast<std::uint16_t>(size.height),
                          0,
                          XCB_WINDOW_CLASS_INPUT_OUTPUT,
                          connection.visual().id,
                          XCB_CW_BACK_PIXMAP | XCB_CW_BORDER_PIXEL | XCB_CW_BIT_GRAVITY |
                              XCB_CW_EVENT_MASK | XCB_CW_COLORMAP,
                          &values);
    return {connection.get(), id};
}

X11Gc make_gc(const X11Connection& connection, xcb_window_t window) {
    const xcb_gcontext_t id = xcb_generate_id(connection.get());
    constexpr std::uint32_t kNoExposures = 0;
    xcb_create_gc(connection.get(), id, window, XCB_GC_GRAPHICS_EXPOSURES, &kNoExposures);
    return {connection.get(), id};
}

}  // namespace

X11Window::X11Window(const X11Connection& connection,
                     std::optional<Size> size,
                     Presenter::Follow follow,
                     const std::string& title)
    : connection_(&connection),
      colormap_(make_colormap(connection)),
      size_(size.value_or(
          fit_into({connection.screen().width_in_pixels, connection.screen().height_in_pixels},
                   kDefaultSize))),
      is_sized_by_user_(size.has_value()),
      follow_(follow) {
    id_ = make_window(connection, colormap_.id(), size_);
    gc_ = make_gc(connection, id_.id());
    describe(title);
}

void X11Window::change_property(xcb_atom_t property,
                                xcb_atom_t type,
                                std::span<const std::uint32_t> value) {
    xcb_change_property(connection_->get(),
                        XCB_PROP_MODE_REPLACE,
                        id(),
                        property,
                        type,
                        32,
                        static_cast<std::uint32_t>(value.size()),
                        value.data());
}

void X11Window::describe(const std::string& title) {
    set_texts(title);
    set_icon();
    const std::array protocols = {connection_->atom(X11Atom::WmDeleteWindow),
                                  connection_->atom(X11Atom::NetWmPing)};
    change_property(connection_->atom(X11Atom::WmProtocols), XCB_ATOM_ATOM, protocols);
    const std::array pid = {static_cast<std::uint32_t>(getpid())};
    change_property(connection_->atom(X11Atom::NetWmPid), XCB_ATOM_CARDINAL, pid);

    set_size_hints();

    // ICCCM 4.1.2.4: takes the keyboard when the window manager gives it; starts as a window.
    constexpr std::uint32_t kInputAndState = 3;
    constexpr std::array<std::uint32_t, 9> kHints = {kInputAndState, 1, 1};
    change_property(XCB_ATOM_WM_HINTS, XCB_ATOM_WM_HINTS, kHints);
}

/// ICCCM 4.1.2.3: flags, four obsolete words, then the smallest size; last the gravity.
void X11Window::set_size_hints() {
    constexpr std::uint32_t kPositionFlag = 1U << 0U;  // By the user: not to be chosen anew.
    constexpr std::uint32_t kMinSizeFlag = 1U << 4U;
    constexpr std::uint32_t kGravityFlag = 1U << 9U;
    std::array<std::uint32_t, 18> sizes{};
    sizes[0] = kMinSizeFlag;
    sizes[5] = kMinSide;
    sizes[6] = kMinSide;
    if (wanted_position_) {
        // Of the picture, whatever frame comes around it.
        sizes[0] |= kPositionFlag | kGravityFlag;
        sizes[1] = static_cast<std::uint32_t>(wanted_position_->x);
        sizes[2] = static_cast<std::uint32_t>(wanted_position_->y);
        sizes[17] = XCB_GRAVITY_STATIC;
    }
    change_property(XCB_ATOM_WM_NORMAL_HINTS, XCB_ATOM_WM_SIZE_HINTS, sizes);
}

void X11Window::set_texts(const std::string& title) {
    const auto set = [this](xcb_atom_t property, xcb_atom_t type, std::string_view text) {
        xcb_change_property(connection_->get(),
                            XCB_PROP_MODE_REPLACE,
                            id(),
                            property,
                            type,
                            8,
                            static_cast<std::uint32_t>(text.size()),
                            text.data());
    };
    constexpr std::string_view kClass("oriel\0oriel\0", 12);
    set(XCB_ATOM_WM_CLASS, XCB_ATOM_STRING, kClass);
    utsname machine{};
    if (uname(&machine) == 0) {
        set(XCB_ATOM_WM_CLIENT_MACHINE, XCB_ATOM_STRING, machine.nodename);
    }
    set_title(title);
}

void X11Window::set_title(const std::string& title) {
    const xcb_atom_t utf8 = connection_->atom(X11Atom::Utf8String);
    for (const xcb_atom_t property :
         {connection_->atom(X11Atom::NetWmName), xcb_atom_t{XCB_ATOM_WM_NAME}}) {
        xcb_change_property(connection_->get(),
                            XCB_PROP_MODE_REPLACE,
                            id(),
                            property,
                            utf8,
                            8,
                            static_cast<std::uint32_t>(title.size()),
                            title.data());
    }
}

void X11Window::set_icon() {
    change_property(connection_->atom(X11Atom::NetWmIcon), XCB_ATOM_CARDINAL, make_icon());
}

void X11Window::show() {
    if (!is_shown_) {
        is_shown_ = true;
        awaits_answer_ = true;
        xcb_map_window(connection_->get(), id());
    }
}

bool X11Window::keeps_size() const {
    return is_sized_by_user_ || (has_followed_ && follow_ == Presenter::Follow::AtFirst);
}

void X11Window::follow(Size picture) {
    picture_ = picture;
    if (keeps_size() || is_full_screen_) {
        return;
    }
    has_followed_ = true;
    const Size wanted = fit_into(connection_->root_size(), picture);
    if (wanted != size_) {
        resize(wanted);
    }
}

void X11Window::resize(Size size) {
    size_ = size;
    awaits_answer_ = true;
    xcb_configure_window_value_list_t values{};
    values.width = size.width;
    values.height = size.height;
    xcb_configure_window_aux(
        connection_->get(), id(), XCB_CONFIG_WINDOW_WIDTH | XCB_CONFIG_WINDOW_HEIGHT, &values);
}

bool X11Window::take_size(Size size) {
    const bool is_answer = std::exchange(awaits_answer_, false);
    if (size == size_ || size.is_empty()) {
        return false;
    }
    size_ = size;
    if (!is_answer && !is_full_screen_) {
        // Whoever gives it the picture's own size wants it to follow again.
        is_sized_by_user_ = size != picture_;
    }
    return true;
}

void X11Window::read_state() {
    const auto cookie = xcb_get_property(
        connection_->get(), 0, id(), connection_->atom(X11Atom::NetWmState), XCB_ATOM_ATOM, 0, 32);
    const XcbReply<xcb_get_property_reply_t> reply(
        xcb_get_property_reply(connection_->get(), cookie, nullptr));
    is_hidden_ = false;
    is_full_screen_ = false;
    if (!reply || reply->format != 32) {
        return;
    }
    const std::span<const xcb_atom_t> states(
        static_cast<const xcb_atom_t*>(xcb_get_property_value(reply.get())), reply->value_len);
    const auto has = [&](X11Atom state) {
        return std::ranges::find(states, connection_->atom(state)) != states.end();
    };
    is_hidden_ = has(X11Atom::NetWmStateHidden);
    is_full_screen_ = has(X11Atom::NetWmStateFullscreen);
}

bool X11Window::take_message(const xcb_client_message_event_t& message) {
    if (message.format != 32 || message.type != connection_->atom(X11Atom::WmProtocols)) {
        return false;
    }
    const xcb_atom_t protocol = message.data.data32[0];
    if (protocol == connection_->atom(X11Atom::NetWmPing)) {
        xcb_client_message_event_t answer = message;
        answer.window = connection_->screen().root;
        xcb_send_event(connection_->get(),
                       0,
                       answer.window,
                       XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY | XCB_EVENT_MASK_SUBSTRUCTURE_REDIRECT,
                       reinterpret_cast<const char*>(&answer));
        return false;
    }
    return protocol == connection_->atom(X11Atom::WmDeleteWindow);
}

}  // namespace oriel
