// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <sys/types.h>
#include <xcb/xcb.h>

#include "base/result.h"
#include "host/demo/display_connection.h"
#include "relay/geometry.h"

namespace oriel {

/// The demo's own connection to an X server: it looks for windows there, and paints.
///
/// Every call has taken effect on the server when it returns. Threads: one.
class DemoScreen {
  public:
    /// As DisplayConnection::open().
    static Result<DemoScreen> open(const std::string& display, const DemoCookie* cookie);

    const std::string& display() const { return display_; }

    Size size() const {
        return {opened_.screen->width_in_pixels, opened_.screen->height_in_pixels};
    }

    xcb_window_t root() const { return opened_.screen->root; }

    /// Who serves it, as the system tells; 0 where it does not.
    pid_t server_process() const;

    /// The mapped window that says it belongs to `process` (_NET_WM_PID).
    std::optional<xcb_window_t> window_of(pid_t process) const;

    /// Empty where there is no such window (any more).
    Size window_size(xcb_window_t window) const;

    /// Asks for it to lie above all others, whole.
    void raise(xcb_window_t window);

    /// A smooth picture of thousands of colours, behind everything.
    void paint_backdrop();

    static constexpr std::uint32_t kMarkSide = 24;

    /// A small square in the corner, above everything, while this object lives.
    void show_mark();

  private:
    DemoScreen(std::string display, DisplayConnection opened);

    xcb_connection_t* connection() const { return opened_.connection.get(); }

    xcb_atom_t atom(const char* name) const;
    std::optional<xcb_window_t> search(xcb_window_t parent, pid_t process, int levels) const;
    bool is_shown_by(xcb_window_t window, pid_t process) const;
    void sync() const;

    std::string display_;
    DisplayConnection opened_;
    xcb_atom_t net_wm_pid_ = XCB_NONE;
};

}  // namespace oriel
