// SPDX-License-Identifier: MIT
#include "present/x11/focus.h"

#include <utility>

namespace oriel {
namespace {

constexpr std::uint8_t kHasFocus = 1;  // In xcb_enter_notify_event_t::same_screen_focus.

bool is_of_grab(std::uint8_t mode) {
    return mode == XCB_NOTIFY_MODE_GRAB || mode == XCB_NOTIFY_MODE_UNGRAB;
}

bool is_about_pointer(std::uint8_t detail) {
    return detail == XCB_NOTIFY_DETAIL_POINTER;
}

void append(X11Focus::Changes& changes, const X11Focus::Changes& more) {
    changes.insert(changes.end(), more.begin(), more.end());
}

}  // namespace

X11Focus::Changes X11Focus::on_out(const xcb_focus_out_event_t& event) {
    if (event.detail == XCB_NOTIFY_DETAIL_INFERIOR) {
        return {};
    }
    Changes changes = settle();
    // Where the focus went to nobody, with the pointer here, a FocusIn says so next.
    is_ours_ = false;
    is_under_pointer_ = false;
    if (is_of_grab(event.mode)) {
        is_loss_open_ = told_;
        open_mode_ = event.mode;
        return changes;
    }
    append(changes, tell(false));
    return changes;
}

X11Focus::Changes X11Focus::on_in(const xcb_focus_in_event_t& event) {
    // A grab for a window that ours is in brings us nothing: whoever grabbed gets the keys.
    const bool is_others_grab =
        event.mode == XCB_NOTIFY_MODE_GRAB && is_about_pointer(event.detail);
    if (event.detail == XCB_NOTIFY_DETAIL_INFERIOR || is_others_grab) {
        return {};
    }
    Changes changes;
    if (is_loss_open_ && event.mode == open_mode_) {
        is_loss_open_ = false;
    } else {
        changes = settle();
    }
    is_under_pointer_ = is_about_pointer(event.detail);
    is_ours_ = !is_under_pointer_;
    append(changes, tell(true));
    return changes;
}

X11Focus::Changes X11Focus::follow_pointer(const xcb_enter_notify_event_t& event, bool is_inside) {
    Changes changes = settle();
    // One of a grab says nothing of where the keyboard is: focus events do.
    if (event.mode == XCB_NOTIFY_MODE_NORMAL && event.detail != XCB_NOTIFY_DETAIL_INFERIOR) {
        is_under_pointer_ = is_inside && !is_ours_ && (event.same_screen_focus & kHasFocus) != 0;
        append(changes, tell(is_ours_ || is_under_pointer_));
    }
    return changes;
}

X11Focus::Changes X11Focus::on_enter(const xcb_enter_notify_event_t& event) {
    return follow_pointer(event, true);
}

X11Focus::Changes X11Focus::on_leave(const xcb_leave_notify_event_t& event) {
    return follow_pointer(event, false);
}

X11Focus::Changes X11Focus::settle() {
    return std::exchange(is_loss_open_, false) ? tell(false) : Changes{};
}

X11Focus::Changes X11Focus::tell(bool has_focus) {
    return std::exchange(told_, has_focus) == has_focus ? Changes{} : Changes{has_focus};
}

}  // namespace oriel
