// SPDX-License-Identifier: MIT
#include "host/demo/display_client.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>
#include <poll.h>

namespace oriel {
namespace {

xcb_screen_t* screen_of(xcb_connection_t* connection, int number) {
    auto screens = xcb_setup_roots_iterator(xcb_get_setup(connection));
    for (; screens.rem > 1 && number > 0; --number) {
        xcb_screen_next(&screens);
    }
    return screens.data;
}

}  // namespace

void DisplayFree::operator()(void* memory) const noexcept {
    std::free(memory);  // NOLINT: xcb's malloc
}

Result<DisplayClient> DisplayClient::open(const std::string& display) {
    int number = 0;
    xcb_connection_t* connection = xcb_connect(display.c_str(), &number);
    if (xcb_connection_has_error(connection) != 0) {
        xcb_disconnect(connection);
        return Failure(Error::not_found(fmt::format("cannot connect to X display {}", display)));
    }
    return DisplayClient(connection, screen_of(connection, number));
}

DisplayClient::DisplayClient(xcb_connection_t* connection, xcb_screen_t* screen)
    : connection_(connection), screen_(screen), gc_(xcb_generate_id(connection)) {
    const std::uint32_t values[] = {0, XCB_SUBWINDOW_MODE_INCLUDE_INFERIORS, 0};
    xcb_create_gc(connection,
                  gc_,
                  screen->root,
                  XCB_GC_FOREGROUND | XCB_GC_SUBWINDOW_MODE | XCB_GC_GRAPHICS_EXPOSURES,
                  values);
}

void DisplayClient::fill(const Rect& rect, std::uint32_t colour) {
    const xcb_rectangle_t area{static_cast<std::int16_t>(rect.x),
                               static_cast<std::int16_t>(rect.y),
                               static_cast<std::uint16_t>(rect.width),
                               static_cast<std::uint16_t>(rect.height)};
    xcb_change_gc(get(), gc_, XCB_GC_FOREGROUND, &colour);
    xcb_poly_fill_rectangle(get(), root(), gc_, 1, &area);
    xcb_flush(get());
}

bool DisplayClient::sync() {
    const DisplayReply<xcb_get_input_focus_reply_t> reply(
        xcb_get_input_focus_reply(get(), xcb_get_input_focus(get()), nullptr));
    return reply != nullptr;
}

std::optional<std::uint32_t> DisplayClient::pixel(std::uint32_t x, std::uint32_t y) {
    constexpr std::uint32_t kColourBits = 0xFFFFFF;
    const auto cookie = xcb_get_image(get(),
                                      XCB_IMAGE_FORMAT_Z_PIXMAP,
                                      root(),
                                      static_cast<std::int16_t>(x),
                                      static_cast<std::int16_t>(y),
                                      1,
                                      1,
                                      ~0U);
    const DisplayReply<xcb_get_image_reply_t> reply(xcb_get_image_reply(get(), cookie, nullptr));
    std::uint32_t value = 0;
    if (!reply || xcb_get_image_data_length(reply.get()) < static_cast<int>(sizeof(value))) {
        return std::nullopt;
    }
    std::memcpy(&value, xcb_get_image_data(reply.get()), sizeof(value));
    return value & kColourBits;
}

xcb_damage_damage_t DisplayClient::watch_damage(std::uint8_t level) {
    const auto* extension = xcb_get_extension_data(get(), &xcb_damage_id);
    damage_event_ = extension->first_event;
    const DisplayReply<xcb_damage_query_version_reply_t> version(
        xcb_damage_query_version_reply(get(), xcb_damage_query_version(get(), 1, 1), nullptr));
    const xcb_damage_damage_t damage = xcb_generate_id(get());
    xcb_damage_create(get(), damage, root(), level);
    sync();
    return damage;
}

std::optional<Rect> DisplayClient::damage_of(const xcb_generic_event_t& event) const {
    if ((event.response_type & 0x7FU) != damage_event_ + XCB_DAMAGE_NOTIFY) {
        return std::nullopt;
    }
    const auto& notify = reinterpret_cast<const xcb_damage_notify_event_t&>(event);
    return Rect{static_cast<std::uint32_t>(notify.area.x),
                static_cast<std::uint32_t>(notify.area.y),
                notify.area.width,
                notify.area.height};
}

bool DisplayClient::await_input(Nanoseconds give_up) {
    const Nanoseconds left = give_up - monotonic_now();
    if (left <= Nanoseconds(0)) {
        return false;
    }
    pollfd polled{xcb_get_file_descriptor(get()), POLLIN, 0};
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(left);
    const int ready = ::poll(&polled, 1, static_cast<int>(milliseconds.count()));
    return ready > 0 || (ready < 0 && errno == EINTR);
}

std::optional<Rect> DisplayClient::await_damage(Nanoseconds give_up) {
    while (xcb_connection_has_error(get()) == 0) {
        const DisplayReply<xcb_generic_event_t> event(xcb_poll_for_event(get()));
        if (!event) {
            if (!await_input(give_up)) {
                return std::nullopt;
            }
            continue;
        }
        if (const auto rect = damage_of(*event)) {
            return rect;
        }
    }
    return std::nullopt;
}

void DisplayClient::forget_damage() {
    sync();
    while (const DisplayReply<xcb_generic_event_t> event{xcb_poll_for_event(get())}) {}
}

}  // namespace oriel
