// SPDX-License-Identifier: MIT
#include "host/demo/display_client.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <poll.h>

namespace oriel {
Result<DisplayClient> DisplayClient::open(const std::string& display, const DemoCookie* cookie) {
    ORIEL_TRY_ASSIGN(DisplayConnection opened, DisplayConnection::open(display, cookie));
    return DisplayClient(std::move(opened));
}

DisplayClient::DisplayClient(DisplayConnection opened)
    : opened_(std::move(opened)), gc_(xcb_generate_id(get())) {
    const std::uint32_t values[] = {0, XCB_SUBWINDOW_MODE_INCLUDE_INFERIORS, 0};
    xcb_create_gc(get(),
                  gc_,
                  root(),
                  XCB_GC_FOREGROUND | XCB_GC_SUBWINDOW_MODE | XCB_GC_GRAPHICS_EXPOSURES,
                  values);
}

void DisplayClient::fill(const Rect& rect, std::uint32_t colour) const {
    const xcb_rectangle_t area{static_cast<std::int16_t>(rect.x),
                               static_cast<std::int16_t>(rect.y),
                               static_cast<std::uint16_t>(rect.width),
                               static_cast<std::uint16_t>(rect.height)};
    xcb_change_gc(get(), gc_, XCB_GC_FOREGROUND, &colour);
    xcb_poly_fill_rectangle(get(), root(), gc_, 1, &area);
    xcb_flush(get());
}

bool DisplayClient::sync() const {
    const DisplayReply<xcb_get_input_focus_reply_t> reply(
        xcb_get_input_focus_reply(get(), xcb_get_input_focus(get()), nullptr));
    return reply != nullptr;
}

std::vector<std::uint8_t> DisplayClient::image(xcb_window_t window, const Rect& rect) const {
    const auto cookie = xcb_get_image(get(),
                                      XCB_IMAGE_FORMAT_Z_PIXMAP,
                                      window,
                                      static_cast<std::int16_t>(rect.x),
                                      static_cast<std::int16_t>(rect.y),
                                      static_cast<std::uint16_t>(rect.width),
                                      static_cast<std::uint16_t>(rect.height),
                                      ~0U);
    const DisplayReply<xcb_get_image_reply_t> reply(xcb_get_image_reply(get(), cookie, nullptr));
    if (!reply) {
        return {};
    }
    const std::uint8_t* data = xcb_get_image_data(reply.get());
    return {data, data + xcb_get_image_data_length(reply.get())};
}

std::optional<std::uint32_t> DisplayClient::pixel(std::uint32_t x, std::uint32_t y) const {
    constexpr std::uint32_t kColourBits = 0xFFFFFF;
    const auto bytes = image(root(), {x, y, 1, 1});
    std::uint32_t value = 0;
    if (bytes.size() < sizeof(value)) {
        return std::nullopt;
    }
    std::memcpy(&value, bytes.data(), sizeof(value));
    return value & kColourBits;
}

xcb_damage_damage_t DisplayClient::watch_damage(xcb_window_t window, std::uint8_t level) {
    const auto* extension = xcb_get_extension_data(get(), &xcb_damage_id);
    damage_event_ = extension->first_event;
    const DisplayReply<xcb_damage_query_version_reply_t> version(
        xcb_damage_query_version_reply(get(), xcb_damage_query_version(get(), 1, 1), nullptr));
    const xcb_damage_damage_t damage = xcb_generate_id(get());
    xcb_damage_create(get(), damage, window, level);
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

bool DisplayClient::await_input(Nanoseconds give_up) const {
    const Nanoseconds left = give_up - monotonic_now();
    if (left <= Nanoseconds(0)) {
        return false;
    }
    pollfd polled{xcb_get_file_descriptor(get()), POLLIN, 0};
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(left);
    const int ready = ::poll(&polled, 1, static_cast<int>(milliseconds.count()));
    return ready > 0 || (ready < 0 && errno == EINTR);
}

std::optional<Rect> DisplayClient::await_damage(Nanoseconds give_up) const {
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

void DisplayClient::forget_damage() const {
    sync();
    while (const DisplayReply<xcb_generic_event_t> event{xcb_poll_for_event(get())}) {}
}

}  // namespace oriel
