// SPDX-License-Identifier: MIT
#include "present/x11/x11_rig.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <utility>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xcb/xfixes.h>

#include "base/assert.h"
#include "present/x11/connection.h"

namespace oriel::test {
namespace {

std::unique_ptr<Presenter> open_on(const XServer& server, X11PresenterOptions options) {
    options.display = server.display();
    auto presenter = open_x11_presenter(options);
    ORIEL_ASSERT(presenter);
    return std::move(*presenter);
}

XcbReply<xcb_get_property_reply_t> read_property(xcb_connection_t* connection,
                                                 xcb_window_t window,
                                                 xcb_atom_t name) {
    constexpr std::uint32_t kMostWords = 1 << 16;
    const auto cookie = xcb_get_property(connection, 0, window, name, XCB_ATOM_ANY, 0, kMostWords);
    return XcbReply<xcb_get_property_reply_t>(xcb_get_property_reply(connection, cookie, nullptr));
}

/// Whether a window manager does its work: it frames a window. A new one misses what happens
/// while it starts, so each question needs a window of its own.
bool maps_windows(const XPainter& eye) {
    xcb_connection_t* connection = eye.connection();
    const xcb_window_t root = eye.root();
    const xcb_window_t probe = xcb_generate_id(connection);
    xcb_create_window(connection,
                      XCB_COPY_FROM_PARENT,
                      probe,
                      root,
                      0,
                      0,
                      64,
                      64,
                      0,
                      XCB_WINDOW_CLASS_INPUT_OUTPUT,
                      XCB_COPY_FROM_PARENT,
                      0,
                      nullptr);
    xcb_map_window(connection, probe);
    eye.sync();
    usleep(10'000);
    const XcbReply<xcb_query_tree_reply_t> tree(
        xcb_query_tree_reply(connection, xcb_query_tree(connection, probe), nullptr));
    const bool is_framed = tree && tree->parent != root;
    xcb_destroy_window(connection, probe);
    eye.sync();
    return is_framed;
}

}  // namespace

X11Rig::X11Rig(X11PresenterOptions options,
               const std::vector<std::string>& server_arguments,
               Size screen)
    : server(XServer::start(screen, server_arguments).value()),
      eye(XPainter::open(server.display()).value()),
      presenter(open_on(server, std::move(options))),
      driver(*presenter) {}

xcb_window_t X11Rig::window() {
    // Reparented or not.
    std::vector<xcb_window_t> candidates = {eye.root()};
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const XcbReply<xcb_query_tree_reply_t> tree(xcb_query_tree_reply(
            eye.connection(), xcb_query_tree(eye.connection(), candidates[i]), nullptr));
        if (!tree) {
            continue;
        }
        const xcb_window_t* children = xcb_query_tree_children(tree.get());
        candidates.insert(
            candidates.end(), children, children + xcb_query_tree_children_length(tree.get()));
    }
    const auto is_ours = [this](xcb_window_t candidate) {
        const auto reply = read_property(eye.connection(), candidate, XCB_ATOM_WM_CLASS);
        return reply && reply->value_len == std::size("oriel\0oriel");
    };
    const auto found = std::ranges::find_if(candidates, is_ours);
    ORIEL_ASSERT(found != candidates.end());
    return *found;
}

Size X11Rig::window_size() {
    const XcbReply<xcb_get_geometry_reply_t> geometry(xcb_get_geometry_reply(
        eye.connection(), xcb_get_geometry(eye.connection(), window()), nullptr));
    ORIEL_ASSERT(geometry);
    return {geometry->width, geometry->height};
}

std::vector<std::uint32_t> X11Rig::look() {
    return eye.look_at(window(), Rect::of(window_size()));
}

void X11Rig::resize_window(Size size) {
    const std::uint32_t values[] = {size.width, size.height};
    xcb_configure_window(
        eye.connection(), window(), XCB_CONFIG_WINDOW_WIDTH | XCB_CONFIG_WINDOW_HEIGHT, values);
    eye.sync();
}

xcb_atom_t X11Rig::atom(const std::string& name) const {
    const auto cookie =
        xcb_intern_atom(eye.connection(), 0, static_cast<std::uint16_t>(name.size()), name.data());
    const XcbReply<xcb_intern_atom_reply_t> reply(
        xcb_intern_atom_reply(eye.connection(), cookie, nullptr));
    ORIEL_ASSERT(reply);
    return reply->atom;
}

std::vector<std::uint32_t> X11Rig::property(const std::string& name) {
    const auto reply = read_property(eye.connection(), window(), atom(name));
    if (!reply || reply->format != 32) {
        return {};
    }
    const auto* words = static_cast<const std::uint32_t*>(xcb_get_property_value(reply.get()));
    return {words, words + reply->value_len};
}

std::string X11Rig::text_property(const std::string& name) {
    const auto reply = read_property(eye.connection(), window(), atom(name));
    if (!reply || reply->format != 8) {
        return {};
    }
    return {static_cast<const char*>(xcb_get_property_value(reply.get())), reply->value_len};
}

void X11Rig::send_message(xcb_window_t to,
                          const std::string& type,
                          std::vector<std::uint32_t> words) {
    xcb_client_message_event_t message{};
    message.response_type = XCB_CLIENT_MESSAGE;
    message.format = 32;
    message.window = window();
    message.type = atom(type);
    words.resize(std::size(message.data.data32));
    std::ranges::copy(words, message.data.data32);
    const std::uint32_t mask =
        to == eye.root() ? XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY | XCB_EVENT_MASK_SUBSTRUCTURE_REDIRECT
                         : XCB_EVENT_MASK_NO_EVENT;
    xcb_send_event(eye.connection(), 0, to, mask, reinterpret_cast<const char*>(&message));
    eye.sync();
}

std::vector<std::uint32_t> X11Rig::pointer_image(Size& size) const {
    xcb_connection_t* connection = eye.connection();
    xcb_discard_reply(connection, xcb_xfixes_query_version(connection, 5, 0).sequence);
    const XcbReply<xcb_xfixes_get_cursor_image_reply_t> image(xcb_xfixes_get_cursor_image_reply(
        connection, xcb_xfixes_get_cursor_image(connection), nullptr));
    ORIEL_ASSERT(image);
    size = {image->width, image->height};
    const std::uint32_t* pixels = xcb_xfixes_get_cursor_image_cursor_image(image.get());
    return {pixels, pixels + size.area()};
}

std::unique_ptr<WindowManager> WindowManager::start(const XServer& server, const XPainter& eye) {
    const pid_t child = fork();
    ORIEL_ASSERT(child >= 0);
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        setenv("DISPLAY",
               server.display().c_str(),
               1);  // NOLINT(concurrency-mt-unsafe): after fork()
        execlp("openbox", "openbox", "--sm-disable", static_cast<char*>(nullptr));
        _exit(127);
    }
    auto manager = std::make_unique<WindowManager>(child);
    for (int tries = 0; tries < 1000; ++tries) {
        if (maps_windows(eye)) {
            return manager;
        }
        if (waitpid(child, nullptr, WNOHANG) == child) {
            manager->pid_ = -1;
            return nullptr;
        }
    }
    return nullptr;
}

WindowManager::~WindowManager() {
    if (pid_ > 0) {
        kill(pid_, SIGTERM);
        waitpid(pid_, nullptr, 0);
    }
}

}  // namespace oriel::test
