// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include <xcb/xcb.h>

namespace oriel {

/// Whether the window gets what is typed, from X's focus events. Values only.
///
/// Where no window manager gives the focus to anybody (it is PointerRoot), the window under the
/// pointer has the keyboard. A grab moves the focus too: by another program it is a loss, since it
/// swallows releases; our own leaves in the same breath as it enters, and is none.
class X11Focus {
  public:
    /// The window has it, or has lost it: what to tell, in this order. Two where it went and came.
    using Changes = std::vector<bool>;

    Changes on_in(const xcb_focus_in_event_t& event);
    Changes on_out(const xcb_focus_out_event_t& event);
    Changes on_enter(const xcb_enter_notify_event_t& event);
    Changes on_leave(const xcb_leave_notify_event_t& event);

    /// Another event, or none are left: a loss that nothing followed is one.
    Changes settle();

  private:
    Changes tell(bool has_focus);
    Changes follow_pointer(const xcb_enter_notify_event_t& event, bool is_inside);

    bool is_ours_ = false;           ///< Given to the window itself.
    bool is_under_pointer_ = false;  ///< Given to nobody, and the pointer is here.
    bool told_ = false;
    bool is_loss_open_ = false;  ///< By a grab or its end, which may be our own.
    std::uint8_t open_mode_ = 0;
};

}  // namespace oriel
