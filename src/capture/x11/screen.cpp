// SPDX-License-Identifier: MIT
#include "capture/x11/screen.h"

#include <algorithm>

#include <xcb/randr.h>

#include "abi/region.h"
#include "capture/x11/event.h"
#include "capture/x11/monitor.h"

namespace oriel::x11_capture {
namespace {

using Resources = Reply<xcb_randr_get_screen_resources_current_reply_t>;

std::uint32_t refresh_in(const Resources& resources, xcb_randr_mode_t mode) {
    const auto* const modes = xcb_randr_get_screen_resources_current_modes(resources.get());
    const auto* const end =
        modes + xcb_randr_get_screen_resources_current_modes_length(resources.get());
    const auto* const found =
        std::find_if(modes, end, [&](const auto& info) { return info.id == mode; });
    return found == end ? 0 : refresh_of(*found);
}

std::uint32_t ask_refresh(const Connection& connection) {
    xcb_connection_t* const raw = connection.get();
    const Resources resources(xcb_randr_get_screen_resources_current_reply(
        raw, xcb_randr_get_screen_resources_current(raw, connection.root()), nullptr));
    if (!resources) {
        return 0;
    }
    const auto* const crtcs = xcb_randr_get_screen_resources_current_crtcs(resources.get());
    const int count = xcb_randr_get_screen_resources_current_crtcs_length(resources.get());
    for (int i = 0; i < count; ++i) {
        const Reply<xcb_randr_get_crtc_info_reply_t> crtc(xcb_randr_get_crtc_info_reply(
            raw, xcb_randr_get_crtc_info(raw, crtcs[i], resources->config_timestamp), nullptr));
        if (crtc && crtc->mode != XCB_NONE) {
            return refresh_in(resources, crtc->mode);
        }
    }
    return 0;
}

/// What a frame cannot hold is left out at the right and at the bottom.
Size limited(std::uint32_t width, std::uint32_t height) {
    return {std::min(width, abi::kMaxSide), std::min(height, abi::kMaxSide)};
}

}  // namespace

Screen::Screen(const Connection& connection) : connection_(connection) {
    xcb_connection_t* const raw = connection.get();
    const std::uint32_t mask = XCB_EVENT_MASK_STRUCTURE_NOTIFY;
    xcb_change_window_attributes(raw, connection.root(), XCB_CW_EVENT_MASK, &mask);
    if (connection.extensions().randr_event != 0) {
        xcb_randr_select_input(raw, connection.root(), XCB_RANDR_NOTIFY_MASK_SCREEN_CHANGE);
        refresh_mhz_ = ask_refresh(connection);
    }
    // After the selection, so that no change falls between; the connection's own setup may be old.
    const Reply<xcb_get_geometry_reply_t> geometry(
        xcb_get_geometry_reply(raw, xcb_get_geometry(raw, connection.root()), nullptr));
    if (geometry) {
        size_ = limited(geometry->width, geometry->height);
    }
}

Screen::Change Screen::handle(const xcb_generic_event_t& event) {
    const std::uint8_t type = type_of(event);
    const std::uint8_t randr = connection_.extensions().randr_event;
    if (randr != 0 && type == randr + XCB_RANDR_SCREEN_CHANGE_NOTIFY) {
        refresh_mhz_ = ask_refresh(connection_);
        return Change::None;
    }
    if (type != XCB_CONFIGURE_NOTIFY) {
        return Change::None;
    }
    const auto& configured = event_as<xcb_configure_notify_event_t>(event);
    const Size size = limited(configured.width, configured.height);
    if (configured.window != connection_.root() || size == size_) {
        return Change::None;
    }
    size_ = size;
    return Change::Size;
}

}  // namespace oriel::x11_capture
