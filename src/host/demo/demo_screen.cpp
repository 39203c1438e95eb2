// SPDX-License-Identifier: MIT
#include "host/demo/demo_screen.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include <sys/socket.h>

namespace oriel {
namespace {

/// Window managers wrap windows in frames, frames in frames.
constexpr int kLevels = 4;

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
    ORIEL_TRY_ASSIGN(DisplayConnection opened, DisplayConnection::open(display, cookie));
    DemoScreen screen(display, std::move(opened));
    screen.net_wm_pid_ = screen.atom("_NET_WM_PID");
    return screen;
}

DemoScreen::DemoScreen(std::string display, DisplayConnection opened)
    : display_(std::move(display)), opened_(std::move(opened)) {}

xcb_atom_t DemoScreen::atom(const char* name) const {
    const auto length = static_cast<std::uint16_t>(std::strlen(name));
    const DisplayReply<xcb_intern_atom_reply_t> reply(xcb_intern_atom_reply(
        connection(), xcb_intern_atom(connection(), 0, length, name), nullptr));
    return reply ? reply->atom : XCB_NONE;
}

void DemoScreen::sync() const {
    const DisplayReply<xcb_get_input_focus_reply_t> done(
        xcb_get_input_focus_reply(connection(), xcb_get_input_focus(connection()), nullptr));
}

pid_t DemoScreen::server_process() const {
    ucred peer{};
    socklen_t length = sizeof(peer);
    const int socket = xcb_get_file_descriptor(connection());
    return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 ? peer.pid : 0;
}

bool DemoScreen::is_shown_by(xcb_window_t window, pid_t process) const {
    const auto property =
        xcb_get_property(connection(), 0, window, net_wm_pid_, XCB_ATOM_CARDINAL, 0, 1);
    const auto attributes = xcb_get_window_attributes(connection(), window);
    const DisplayReply<xcb_get_property_reply_t> owner(
        xcb_get_property_reply(connection(), property, nullptr));
    const DisplayReply<xcb_get_window_attributes_reply_t> state(
        xcb_get_window_attributes_reply(connection(), attributes, nullptr));
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
    const DisplayReply<xcb_query_tree_reply_t> tree(
        xcb_query_tree_reply(connection(), xcb_query_tree(connection(), parent), nullptr));
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
    const DisplayReply<xcb_get_geometry_reply_t> geometry(
        xcb_get_geometry_reply(connection(), xcb_get_geometry(connection(), window), nullptr));
    return geometry ? Size{geometry->width, geometry->height} : Size{};
}

void DemoScreen::raise(xcb_window_t window) {
    const std::uint32_t above = XCB_STACK_MODE_ABOVE;
    xcb_configure_window(connection(), window, XCB_CONFIG_WINDOW_STACK_MODE, &above);
    sync();
}

void DemoScreen::paint_backdrop() {
    constexpr std::uint8_t kDepth = 24;
    const Size whole = size();
    std::vector<std::uint32_t> row(whole.width);
    const xcb_pixmap_t pixmap = xcb_generate_id(connection());
    const xcb_gcontext_t gc = xcb_generate_id(connection());
    const auto width = static_cast<std::uint16_t>(whole.width);
    xcb_create_pixmap(
        connection(), kDepth, pixmap, root(), width, static_cast<std::uint16_t>(whole.height));
    xcb_create_gc(connection(), gc, pixmap, 0, nullptr);
    for (std::uint32_t y = 0; y < whole.height; ++y) {
        for (std::uint32_t x = 0; x < whole.width; ++x) {
            row[x] = backdrop_colour(x, y, whole);
        }
        xcb_put_image(connection(),
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
    xcb_change_window_attributes(connection(), root(), XCB_CW_BACK_PIXMAP, &pixmap);
    xcb_clear_area(connection(), 0, root(), 0, 0, 0, 0);
    xcb_free_gc(connection(), gc);
    xcb_free_pixmap(connection(), pixmap);
    sync();
}

void DemoScreen::show_mark() {
    xcb_create_window_value_list_t values{};
    values.background_pixel = 0xF6E05E;
    values.override_redirect = 1;
    const xcb_window_t mark = xcb_generate_id(connection());
    xcb_create_window_aux(connection(),
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
    xcb_map_window(connection(), mark);
    sync();
}

}  // namespace oriel
