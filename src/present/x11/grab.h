// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include <xcb/xcb.h>

#include "base/result.h"
#include "present/presenter.h"
#include "present/viewport.h"
#include "present/x11/connection.h"
#include "present/x11/owned.h"
#include "present/x11/raw_motion.h"

namespace oriel {

/// The grabs of one window. The server gives them back when the connection ends.
///
/// To lock the pointer it is confined to a window of one pixel: nothing warps, no edge stops the
/// hand, and its picture stands wherever that pixel is put.
class X11Grab {
  public:
    X11Grab(const X11Connection& connection, xcb_window_t window)
        : connection_(&connection), window_(window), raw_(connection) {}

    /// Errors: Busy, Unsupported: nothing is held then. Blocks: a few round trips.
    Result<void> set(const Grab& wanted, Size window);

    const Grab& held() const { return held_; }

    /// The window went off the screen, and the server took everything back.
    void forget();

    /// Relative: the window has another size. The server gives up a grab whose place was cut off.
    /// Errors: Busy; nothing is held then.
    Result<void> follow_size(Size window);

    /// Relative: puts the pointer's picture there.
    void put_pointer(Viewport::Point place, Size window);

    X11RawMotion& raw() { return raw_; }

  private:
    Result<void> take_keyboard() const;
    Result<void> take_pointer(Grab::Pointer kind, Size window);
    Result<void> grab_pointer(xcb_window_t confined_to) const;
    Result<void> set_pointer(Grab::Pointer wanted, Size window);
    void free_pointer();
    void free_keyboard() const;
    void make_lock(Size window);
    void place_lock(Size window);
    void wait() const;

    const X11Connection* connection_;
    xcb_window_t window_;
    X11RawMotion raw_;
    X11Owned<xcb_destroy_window> lock_;
    Viewport::Point lock_at_;
    Grab held_;
};

}  // namespace oriel
