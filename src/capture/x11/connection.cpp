// SPDX-License-Identifier: MIT
#include "capture/x11/connection.h"

#include <cstdlib>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <sys/socket.h>
#include <xcb/damage.h>
#include <xcb/randr.h>
#include <xcb/shm.h>
#include <xcb/xcbext.h>
#include <xcb/xfixes.h>
#include <xcb/xinput.h>

namespace oriel::x11_capture {
namespace {

constexpr int kDepth = 24;
constexpr int kBitsPerPixel = 32;
constexpr std::uint32_t kRedMask = 0xFF0000;
constexpr std::uint32_t kGreenMask = 0xFF00;
constexpr std::uint32_t kBlueMask = 0xFF;

const xcb_screen_t* screen_of(xcb_connection_t* connection, int number) {
    auto it = xcb_setup_roots_iterator(xcb_get_setup(connection));
    while (number-- > 0 && it.rem > 1) {
        xcb_screen_next(&it);
    }
    return it.data;
}

const xcb_visualtype_t* root_visual(const xcb_screen_t& screen) {
    for (auto depth = xcb_screen_allowed_depths_iterator(&screen); depth.rem > 0;
         xcb_depth_next(&depth)) {
        for (auto visual = xcb_depth_visuals_iterator(depth.data); visual.rem > 0;
             xcb_visualtype_next(&visual)) {
            if (visual.data->visual_id == screen.root_visual) {
                return visual.data;
            }
        }
    }
    return nullptr;
}

int bits_per_pixel(const xcb_setup_t* setup, int depth) {
    for (auto format = xcb_setup_pixmap_formats_iterator(setup); format.rem > 0;
         xcb_format_next(&format)) {
        if (format.data->depth == depth) {
            return format.data->bits_per_pixel;
        }
    }
    return 0;
}

bool is_bgrx(const xcb_setup_t* setup, const xcb_screen_t& screen) {
    const xcb_visualtype_t* const visual = root_visual(screen);
    return screen.root_depth == kDepth && bits_per_pixel(setup, kDepth) == kBitsPerPixel &&
           setup->image_byte_order == XCB_IMAGE_ORDER_LSB_FIRST && visual != nullptr &&
           visual->_class == XCB_VISUAL_CLASS_TRUE_COLOR && visual->red_mask == kRedMask &&
           visual->green_mask == kGreenMask && visual->blue_mask == kBlueMask;
}

/// Nothing where the server does not have it.
std::optional<xcb_query_extension_reply_t> find(xcb_connection_t* connection,
                                                xcb_extension_t* extension) {
    const auto* const reply = xcb_get_extension_data(connection, extension);
    return reply != nullptr && reply->present != 0 ? std::optional(*reply) : std::nullopt;
}

bool is_local(xcb_connection_t* connection) {
    sockaddr_storage address{};
    socklen_t size = sizeof(address);
    return ::getsockname(xcb_get_file_descriptor(connection),
                         reinterpret_cast<sockaddr*>(&address),
                         &size) == 0 &&
           address.ss_family == AF_UNIX;
}

std::string name_of(const std::string& display) {
    if (!display.empty()) {
        return display;
    }
    const char* const variable = std::getenv("DISPLAY");  // NOLINT(concurrency-mt-unsafe)
    return variable != nullptr ? variable : "";
}

}  // namespace

void FreeReply::operator()(void* memory) const noexcept {
    std::free(memory);  // NOLINT(cppcoreguidelines-no-malloc): xcb allocated it so
}

Result<Connection> Connection::open(const std::string& display) {
    const std::string name = name_of(display);
    if (name.empty()) {
        return Failure(
            Error::not_found("no X server named: set DISPLAY, or say which with --display :N"));
    }
    int number = 0;
    std::unique_ptr<xcb_connection_t, Disconnect> raw(xcb_connect(name.c_str(), &number));
    const int error = xcb_connection_has_error(raw.get());
    if (error == XCB_CONN_CLOSED_PARSE_ERR) {
        std::string message =
            fmt::format("\"{}\" does not name an X display: they look like :0", name);
        return Failure(display.empty() ? Error::not_found(message + "; set DISPLAY")
                                       : Error::usage(std::move(message)));
    }
    if (error != 0) {
        return Failure(Error::not_found(
            fmt::format("cannot reach an X server at {}: is it running, and may this user connect "
                        "(XAUTHORITY)?",
                        name)));
    }
    Connection connection(std::move(raw), name);
    ORIEL_TRY(connection.find_screen(number));
    ORIEL_TRY(connection.find_extensions());
    return connection;
}

Error Connection::gone() const {
    return Error::not_found(fmt::format("the X server of {} is gone", display_));
}

Reply<xcb_generic_event_t> Connection::poll_event() const {
    return Reply<xcb_generic_event_t>(xcb_poll_for_event(get()));
}

Connection::Polled<void> Connection::poll_any_reply(unsigned int sequence) const {
    void* reply = nullptr;
    xcb_generic_error_t* error = nullptr;
    const int come = xcb_poll_for_reply(get(), sequence, &reply, &error);
    const Reply<xcb_generic_error_t> freed(error);
    return {come != 0, Reply<void>(reply)};
}

Reply<void> Connection::wait_for_reply(unsigned int sequence) const {
    xcb_generic_error_t* error = nullptr;
    Reply<void> reply(xcb_wait_for_reply(get(), sequence, &error));
    const Reply<xcb_generic_error_t> freed(error);
    return reply;
}

Result<void> Connection::find_screen(int number) {
    screen_ = screen_of(get(), number);
    if (!is_bgrx(xcb_get_setup(get()), *screen_)) {
        return Failure(Error::unsupported(fmt::format(
            "the X server of {} has a root window of depth {}: only depth 24 with 32-bit BGRX "
            "pixels can be captured",
            display_,
            int{screen_->root_depth})));
    }
    return {};
}

Result<void> Connection::find_extensions() {
    for (xcb_extension_t* wanted :
         {&xcb_damage_id, &xcb_xfixes_id, &xcb_randr_id, &xcb_shm_id, &xcb_input_id}) {
        xcb_prefetch_extension_data(get(), wanted);
    }
    const auto damage = find(get(), &xcb_damage_id);
    const auto xfixes = find(get(), &xcb_xfixes_id);
    if (!damage || !xfixes) {
        return Failure(is_gone() ? gone()
                                 : Error::unsupported(fmt::format(
                                       "the X server of {} lacks the {} extension: it cannot "
                                       "tell what changes",
                                       display_,
                                       damage ? "XFIXES" : "DAMAGE")));
    }
    extensions_.damage_event = damage->first_event;
    extensions_.xfixes_event = xfixes->first_event;
    // Both refuse their other requests until they were told a version.
    const Reply<xcb_xfixes_query_version_reply_t> xfixes_version(
        xcb_xfixes_query_version_reply(get(), xcb_xfixes_query_version(get(), 4, 0), nullptr));
    const Reply<xcb_damage_query_version_reply_t> damage_version(
        xcb_damage_query_version_reply(get(), xcb_damage_query_version(get(), 1, 1), nullptr));
    if (!xfixes_version || !damage_version) {
        return Failure(gone());
    }
    if (const auto randr = find(get(), &xcb_randr_id)) {
        const Reply<xcb_randr_query_version_reply_t> version(
            xcb_randr_query_version_reply(get(), xcb_randr_query_version(get(), 1, 3), nullptr));
        extensions_.randr_event = randr->first_event;
    }
    find_shared_memory();
    find_raw_motion();
    return {};
}

void Connection::find_shared_memory() {
    // Over TCP (a forwarded display) xcb would end the connection at the first descriptor.
    if (!find(get(), &xcb_shm_id) || !is_local(get())) {
        return;
    }
    const Reply<xcb_shm_query_version_reply_t> version(
        xcb_shm_query_version_reply(get(), xcb_shm_query_version(get()), nullptr));
    if (!version) {
        return;
    }
    const bool has_fds =
        version->major_version > 1 || (version->major_version == 1 && version->minor_version >= 2);
    extensions_.fd_passing = has_fds ? FdPassing::Possible : FdPassing::Impossible;
    extensions_.shared_pixmaps =
        version->shared_pixmaps != 0 && version->pixmap_format == XCB_IMAGE_FORMAT_Z_PIXMAP;
}

void Connection::find_raw_motion() {
    const auto xinput = find(get(), &xcb_input_id);
    if (!xinput) {
        return;
    }
    const Reply<xcb_input_xi_query_version_reply_t> version(
        xcb_input_xi_query_version_reply(get(), xcb_input_xi_query_version(get(), 2, 2), nullptr));
    if (version && version->major_version >= 2) {
        extensions_.xinput_opcode = xinput->major_opcode;
    }
}

}  // namespace oriel::x11_capture
