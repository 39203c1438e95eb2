// SPDX-License-Identifier: MIT
// Where the window stands on the screen.
#include <array>

#include "present/x11/window.h"

namespace oriel {
namespace {

/// So much of a window has to be on the screen, in each direction, for a hand to find it.
constexpr std::int32_t kLeastSeen = 64;

bool is_seen(std::int32_t start, std::uint32_t length, std::uint32_t screen) {
    const std::int64_t end = std::int64_t{start} + length;
    return start + kLeastSeen <= static_cast<std::int64_t>(screen) && end >= kLeastSeen;
}

}  // namespace

void X11Window::place_at(WindowPlace::Point position) {
    const Size root = connection_->root_size();
    if (!is_seen(position.x, size_.width, root.width) ||
        !is_seen(position.y, size_.height, root.height)) {
        return;
    }
    wanted_position_ = position;
    position_ = position;
    set_size_hints();
    const std::array values = {static_cast<std::uint32_t>(position.x),
                               static_cast<std::uint32_t>(position.y)};
    xcb_configure_window(
        connection_->get(), id(), XCB_CONFIG_WINDOW_X | XCB_CONFIG_WINDOW_Y, values.data());
}

void X11Window::take_position(WindowPlace::Point position, Teller teller) {
    if (teller == Teller::Manager || is_in_root_) {
        position_ = position;
    }
}

void X11Window::take_parent(xcb_window_t parent) {
    is_in_root_ = parent == connection_->screen().root;
}

WindowPlace X11Window::place() const {
    WindowPlace place{.is_full_screen = is_full_screen_};
    if (!is_full_screen_) {
        place.position = position_;
        if (is_sized_by_user_) {
            place.size = size_;
        }
    }
    return place;
}

}  // namespace oriel
