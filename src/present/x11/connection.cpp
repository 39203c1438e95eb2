// SPDX-License-Identifier: MIT
#include "present/x11/connection.h"

#include <utility>

#include <fmt/format.h>
#include <sys/socket.h>
#include <xcb/bigreq.h>
#include <xcb/present.h>
#include <xcb/randr.h>
#include <xcb/shm.h>
#include <xcb/xinput.h>

namespace oriel {
namespace {

constexpr std::uint8_t kDepth = 24;
constexpr std::uint8_t kBitsPerPixel = 32;

constexpr std::array<std::string_view, static_cast<std::size_t>(X11Atom::Count)> kAtomNames = {
    "UTF8_STRING",
    "WM_PROTOCOLS",
    "WM_DELETE_WINDOW",
    "_NET_WM_PING",
    "_NET_WM_PID",
    "_NET_WM_NAME",
    "_NET_WM_ICON",
    "_NET_WM_STATE",
    "_NET_WM_STATE_FULLSCREEN",
    "_NET_WM_STATE_HIDDEN",
    "_NET_WM_BYPASS_COMPOSITOR",
    "_NET_SUPPORTED",
};

std::string display_name(const std::string& asked) {
    if (!asked.empty()) {
        return asked;
    }
    const char* variable = std::getenv("DISPLAY");  // NOLINT(concurrency-mt-unsafe): read at start
    return variable == nullptr ? "" : variable;
}

/// `asked`: by name; else the display is that of the environment, which nobody types.
Error cannot_connect(const std::string& asked, const std::string& name, int fault) {
    if (name.empty()) {
        return Error::not_found(
            "cannot open a window: no X display (DISPLAY is not set); start it from a graphical "
            "session, or set DISPLAY");
    }
    if (fault == XCB_CONN_CLOSED_PARSE_ERR) {
        std::string message = fmt::format(
            "cannot open a window: \"{}\" does not name an X display, as :0 does", name);
        return asked.empty() ? Error::not_found(message + "; set DISPLAY")
                             : Error::usage(std::move(message));
    }
    return Error::not_found(fmt::format(
        "cannot open a window: no X server at display {}, or it lets nobody in (see xauth)", name));
}

bool packs_pixels_as_ours(const xcb_setup_t& setup) {
    if (setup.image_byte_order != XCB_IMAGE_ORDER_LSB_FIRST) {
        return false;
    }
    for (auto format = xcb_setup_pixmap_formats_iterator(&setup); format.rem > 0;
         xcb_format_next(&format)) {
        if (format.data->depth == kDepth && format.data->bits_per_pixel == kBitsPerPixel) {
            return true;
        }
    }
    return false;
}

bool is_bgrx(const xcb_visualtype_t& visual) {
    return visual._class == XCB_VISUAL_CLASS_TRUE_COLOR && visual.red_mask == 0xFF0000 &&
           visual.green_mask == 0xFF00 && visual.blue_mask == 0xFF;
}

/// Descriptors travel over UNIX sockets only; xcb drops the connection where we try elsewhere.
bool carries_fds(xcb_connection_t* connection) {
    int domain = 0;
    socklen_t length = sizeof domain;
    return getsockopt(
               xcb_get_file_descriptor(connection), SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0 &&
           domain == AF_UNIX;
}

bool is_present(xcb_connection_t* connection, xcb_extension_t& extension) {
    const xcb_query_extension_reply_t* reply = xcb_get_extension_data(connection, &extension);
    return reply != nullptr && reply->present != 0;
}

template <class Reply>
bool is_at_least(const XcbReply<Reply>& reply, std::uint32_t major, std::uint32_t minor) {
    return reply && (reply->major_version > major ||
                     (reply->major_version == major && reply->minor_version >= minor));
}

}  // namespace

Result<X11Connection> X11Connection::open(const std::string& display) {
    X11Connection result;
    result.name_ = display_name(display);
    int screen_number = 0;
    result.connection_.reset(
        xcb_connect(result.name_.empty() ? nullptr : result.name_.c_str(), &screen_number));
    xcb_connection_t* connection = result.get();
    if (const int fault = xcb_connection_has_error(connection); fault != 0) {
        return Failure(cannot_connect(display, result.name_, fault));
    }
    for (xcb_extension_t* extension : {&xcb_big_requests_id,
                                       &xcb_shm_id,
                                       &xcb_render_id,
                                       &xcb_present_id,
                                       &xcb_randr_id,
                                       &xcb_input_id}) {
        xcb_prefetch_extension_data(connection, extension);
    }
    xcb_prefetch_maximum_request_length(connection);
    auto screen = xcb_setup_roots_iterator(xcb_get_setup(connection));
    for (; screen.rem > 1 && screen_number > 0; --screen_number) {
        xcb_screen_next(&screen);
    }
    result.screen_ = screen.data;
    ORIEL_TRY(result.choose_visual());
    result.intern_atoms();
    result.ask_abilities();
    ORIEL_TRY(result.check());
    return result;
}

Result<void> X11Connection::check() const {
    if (xcb_connection_has_error(get()) != 0) {
        return Failure(Error::not_found(
            fmt::format("the X server {} ended the connection: it is gone, or somebody closed the "
                        "window by force, as xkill does",
                        name_)));
    }
    return {};
}

Size X11Connection::root_size() const {
    const XcbReply<xcb_get_geometry_reply_t> root(
        xcb_get_geometry_reply(get(), xcb_get_geometry(get(), screen_->root), nullptr));
    return root ? Size{root->width, root->height}
                : Size{screen_->width_in_pixels, screen_->height_in_pixels};
}

Result<void> X11Connection::choose_visual() {
    const Error none = Error::unsupported(fmt::format(
        "cannot show pictures on display {}: its screen has no true colour of 24 bits in 32",
        name_));
    if (!packs_pixels_as_ours(*xcb_get_setup(get()))) {
        return Failure(none);
    }
    bool is_found = false;
    for (auto depth = xcb_screen_allowed_depths_iterator(screen_); depth.rem > 0;
         xcb_depth_next(&depth)) {
        if (depth.data->depth != kDepth) {
            continue;
        }
        for (auto visual = xcb_depth_visuals_iterator(depth.data); visual.rem > 0;
             xcb_visualtype_next(&visual)) {
            const bool is_root = visual.data->visual_id == screen_->root_visual;
            if (is_bgrx(*visual.data) && (!is_found || is_root)) {
                visual_ = {kDepth, visual.data->visual_id, is_root};
                is_found = true;
            }
        }
    }
    return is_found ? Result<void>{} : Failure(none);
}

void X11Connection::intern_atoms() {
    std::array<xcb_intern_atom_cookie_t, kAtomNames.size()> cookies{};
    for (std::size_t i = 0; i < kAtomNames.size(); ++i) {
        cookies[i] = xcb_intern_atom(
            get(), 0, static_cast<std::uint16_t>(kAtomNames[i].size()), kAtomNames[i].data());
    }
    for (std::size_t i = 0; i < kAtomNames.size(); ++i) {
        const XcbReply<xcb_intern_atom_reply_t> reply(
            xcb_intern_atom_reply(get(), cookies[i], nullptr));
        atoms_[i] = reply ? reply->atom : XCB_NONE;
    }
}

void X11Connection::ask_abilities() {
    xcb_connection_t* connection = get();
    const bool has_shm = carries_fds(connection) && is_present(connection, xcb_shm_id);
    const bool has_render = is_present(connection, xcb_render_id);
    const bool has_present = is_present(connection, xcb_present_id);
    const bool has_randr = is_present(connection, xcb_randr_id);
    if (is_present(connection, xcb_input_id)) {
        abilities_.input_opcode = xcb_get_extension_data(connection, &xcb_input_id)->major_opcode;
    }

    // All the questions first: one round trip.
    xcb_shm_query_version_cookie_t shm{};
    xcb_render_query_version_cookie_t render{};
    xcb_render_query_pict_formats_cookie_t formats{};
    xcb_present_query_version_cookie_t present{};
    xcb_randr_query_version_cookie_t randr{};
    if (has_shm) {
        shm = xcb_shm_query_version(connection);
    }
    if (has_render) {
        render = xcb_render_query_version(connection, 0, 11);
        formats = xcb_render_query_pict_formats(connection);
    }
    if (has_present) {
        present = xcb_present_query_version(connection, 1, 2);
    }
    if (has_randr) {
        randr = xcb_randr_query_version(connection, 1, 3);
    }

    if (has_shm) {
        const XcbReply<xcb_shm_query_version_reply_t> reply(
            xcb_shm_query_version_reply(connection, shm, nullptr));
        abilities_.attaches_fds = is_at_least(reply, 1, 2);
        abilities_.shm_opcode = xcb_get_extension_data(connection, &xcb_shm_id)->major_opcode;
    }
    if (has_render) {
        const XcbReply<xcb_render_query_version_reply_t> reply(
            xcb_render_query_version_reply(connection, render, nullptr));
        const XcbReply<xcb_render_query_pict_formats_reply_t> list(
            xcb_render_query_pict_formats_reply(connection, formats, nullptr));
        if (is_at_least(reply, 0, 10) && list) {
            take_render_formats(*list);
        }
    }
    if (has_present) {
        const XcbReply<xcb_present_query_version_reply_t> reply(
            xcb_present_query_version_reply(connection, present, nullptr));
        abilities_.times = reply != nullptr;
        abilities_.present_opcode =
            xcb_get_extension_data(connection, &xcb_present_id)->major_opcode;
    }
    if (has_randr) {
        const XcbReply<xcb_randr_query_version_reply_t> reply(
            xcb_randr_query_version_reply(connection, randr, nullptr));
        abilities_.has_modes = is_at_least(reply, 1, 3);
    }
}

void X11Connection::take_render_formats(const xcb_render_query_pict_formats_reply_t& formats) {
    for (auto format = xcb_render_query_pict_formats_formats_iterator(&formats); format.rem > 0;
         xcb_render_pictforminfo_next(&format)) {
        const xcb_render_pictforminfo_t& info = *format.data;
        const xcb_render_directformat_t& direct = info.direct;
        if (info.type == XCB_RENDER_PICT_TYPE_DIRECT && info.depth == 32 &&
            direct.alpha_shift == 24 && direct.alpha_mask == 0xFF && direct.red_shift == 16 &&
            direct.green_shift == 8 && direct.blue_shift == 0) {
            abilities_.argb_format = info.id;
        }
    }
    for (auto screen = xcb_render_query_pict_formats_screens_iterator(&formats); screen.rem > 0;
         xcb_render_pictscreen_next(&screen)) {
        for (auto depth = xcb_render_pictscreen_depths_iterator(screen.data); depth.rem > 0;
             xcb_render_pictdepth_next(&depth)) {
            for (auto visual = xcb_render_pictdepth_visuals_iterator(depth.data); visual.rem > 0;
                 xcb_render_pictvisual_next(&visual)) {
                if (visual.data->visual == visual_.id) {
                    abilities_.window_format = visual.data->format;
                }
            }
        }
    }
    abilities_.scales = abilities_.argb_format != XCB_NONE && abilities_.window_format != XCB_NONE;
}

}  // namespace oriel
