// SPDX-License-Identifier: MIT
#include "host/demo/demo_screen.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sys/socket.h>

namespace oriel {
namespace {

/// Window managers wrap windows in frames, frames in frames.
constexpr int kLevels = 4;

struct Free {
    void operator()(void* memory) const noexcept { std::free(memory); }  // NOLINT: xcb's malloc
};

template <class T>
using Reply = std::unique_ptr<T, Free>;

xcb_auth_info_t auth_info(const DemoCookie& cookie) {
    xcb_auth_info_t info{};
    info.namelen = static_cast<int>(std::strlen(DemoCookie::kProtocol));
    info.name = const_cast<char*>(DemoCookie::kProtocol);  // NOLINT: xcb's type
    info.datalen = static_cast<int>(cookie.secret().size());
    info.data = const_cast<char*>(  // NOLINT: xcb's type
        reinterpret_cast<const char*>(cookie.secret().data()));
    return info;
}

/// An evening sky: two smooth ramps, so that every pixel's colour tells its place.
std::uint32_t backdrop_colour(std::uint32_t x, std::uint32_t y, Size size) {
    const auto mix = [](std::uint32_t from, std::uint32_t to, std::uint32_t at, std::uint32_t of) {
        return (from * (of - at) + to * at) / of;
    };
    const std::uint32_t red = mix(22, 236, y, size.height);
    const std::uint32_t green = mix(34, 150, (x + y) / 2, std::max(size.width, size.height));
    const std::uint32_t blue = mix(150, 70, x, size.width);
    return red << 16U | green << 8U | blue;
}

}  // namespace

Result<DemoScreen> DemoScreen::open(const std::string& display, const DemoCookie* cookie) {
    int screen = 0;
    xcb_connection_t* connection = nullptr;
    if (cookie != nullptr) {
        xcb_auth_info_t info = auth_info(*cookie);
        connection = xcb_connect_to_display_with_auth_info(display.c_str(), &info, &screen);
    } else {
        connection = xcb_connect(display.c_str(), &screen);
    }
    DemoScreen opened(display, connection, screen);
    if (xcb_connection_has_error(connection) != 0) {
        return Failure(Error::not_found(fmt::format("cannot connect to X display {}", display)));
    }
    opened.net_wm_pid_ = opened.atom("_NET_WM_PID");
    return opened;
}

DemoScreen::DemoScreen(std::string display, xcb_connection_t* connection, int screen)
    : display_(std::move(display)), connection_(connection) {
    if (xcb_connection_has_error(connection) != 0) {
        return;
    }
    auto screens = xcb_setup_roots_iterator(xcb_get_setup(connection));
    for (; screens.rem > 1 && screen > 0; --screen) {
        xcb_screen_next(&screens);
    }
    screen_ = screens.data;
}

xcb_atom_t DemoScreen::atom(const char* name) const {
    const auto length = static_cast<std::uint16_t>(std::strlen(name));
    const Reply<xcb_intern_atom_reply_t> reply(xcb_intern_atom_reply(
        connection_.get(), xcb_intern_atom(connection_.get(), 0, length, name), nullptr));
    return reply ? reply->atom : XCB_NONE;
}

void DemoScreen::sync() const {
    const Reply<xcb_get_input_focus_reply_t> done(xcb_get_input_focus_reply(
        connection_.get(), xcb_get_input_focus(connection_.get()), nullptr));
}

pid_t DemoScreen::server_process() const {
    ucred peer{};
    socklen_t length = sizeof(peer);
    const int socket = xcb_get_file_descriptor(connection_.get());
    return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 ? peer.pid : 0;
}

bool DemoScreen::is_shown_by(xcb_window_t window, pid_t process) const {
    const auto property =
        xcb_get_property(connection_.get(), 0, window, net_wm_pid_, XCB_ATOM_CARDINAL, 0, 1);
    const auto attributes = xcb_get_window_attributes(connection_.get(), window);
    const Reply<xcb_get_property_reply_t> owner(
        xcb_get_property_reply(connection_.get(), property, nullptr));
    const Reply<xcb_get_window_attributes_reply_t> state(
        xcb_get_window_attributes_reply(connection_.get(), attributes, nullptr));
    if (!owner || owner->format != 32 || owner->value_len != 1 || !state ||
        state->map_state != XCB_MAP_STATE_VIEWABLE) {
        return false;
    }
    const auto* value = static_cast<const std::uint32_t*>(xcb_get_property_value(owner.get()));
    return *value == static_cast<std::uint32_t>(process);
}

std::optional<xcb_window_t> DemoScreen::window_of(pid_t process) const {
    return search(root(), process, kLevels);
}

std::optional<xcb_window_t> DemoScreen::search(xcb_window_t parent,
                                               pid_t process,
                                               int levels) const {
    const Reply<xcb_query_tree_reply_t> tree(xcb_query_tree_reply(
        connection_.get(), xcb_query_tree(connection_.get(), parent), nullptr));
    if (!tree) {
        return std::nullopt;
    }
    const std::span<const xcb_window_t> children(
        xcb_query_tree_children(tree.get()),
        static_cast<std::size_t>(xcb_query_tree_children_length(tree.get())));
    for (const xcb_window_t child : children) {
        if (is_shown_by(child, process)) {
            return child;
        }
        if (levels > 1) {
            if (const auto found = search(child, process, levels - 1)) {
                return found;
            }
        }
    }
    return std::nullopt;
}

Size DemoScreen::window_size(xcb_window_t window) const {
    const Reply<xcb_get_geometry_reply_t> geometry(xcb_get_geometry_reply(
        connection_.get(), xcb_get_geometry(connection_.get(), window), nullptr));
    return geometry ? Size{geometry->width, geometry->height} : Size{};
}

void DemoScreen::raise(xcb_window_t window) {
    const std::uint32_t above = XCB_STACK_MODE_ABOVE;
    xcb_configure_window(connection_.get(), window, XCB_CONFIG_WINDOW_STACK_MODE, &above);
    sync();
}

void DemoScreen::paint_backdrop() {
    constexpr std::uint8_t kDepth = 24;
    const Size whole = size();
    std::vector<std::uint32_t> row(whole.width);
    const xcb_pixmap_t pixmap = xcb_generate_id(connection_.get());
    const xcb_gcontext_t gc = xcb_generate_id(connection_.get());
    const auto width = static_cast<std::uint16_t>(whole.width);
    xcb_create_pixmap(
        connection_.get(), kDepth, pixmap, root(), width, static_cast<std::uint16_t>(whole.height));
    xcb_create_gc(connection_.get(), gc, pixmap, 0, nullptr);
    for (std::uint32_t y = 0; y < whole.height; ++y) {
        for (std::uint32_t x = 0; x < whole.width; ++x) {
            row[x] = backdrop_colour(x, y, whole);
        }
        xcb_put_image(connection_.get(),
                      XCB_IMAGE_FORMAT_Z_PIXMAP,
                      pixmap,
                      gc,
                      width,
                      1,
                      0,
                      static_cast<std::int16_t>(y),
                      0,
                      kDepth,
                      whole.width * sizeof(std::uint32_t),
                      reinterpret_cast<const std::uint8_t*>(row.data()));
    }
    xcb_change_window_attributes(connection_.get(), root(), XCB_CW_BACK_PIXMAP, &pixmap);
    xcb_clear_area(connection_.get(), 0, root(), 0, 0, 0, 0);
    xcb_free_gc(connection_.get(), gc);
    xcb_free_pixmap(connection_.get(), pixmap);
    sync();
}

void DemoScreen::show_mark() {
    xcb_create_window_value_list_t values{};
    values.background_pixel = 0xF6E05E;
    values.override_redirect = 1;
    const xcb_window_t mark = xcb_generate_id(connection_.get());
    xcb_create_window_aux(connection_.get(),
                          XCB_COPY_FROM_PARENT,
                          mark,
                          root(),
                          static_cast<std::int16_t>(size().width - kMarkSide),
                          static_cast<std::int16_t>(size().height - kMarkSide),
                          kMarkSide,
                          kMarkSide,
                          0,
                          XCB_WINDOW_CLASS_INPUT_OUTPUT,
                          XCB_COPY_FROM_PARENT,
                          XCB_CW_BACK_PIXEL | XCB_CW_OVERRIDE_REDIRECT,
                          &values);
    xcb_map_window(connection_.get(), mark);
    sync();
}

}  // namespace oriel
