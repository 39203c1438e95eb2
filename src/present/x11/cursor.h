// SPDX-License-Identifier: MIT
#pragma once

#include "present/x11/connection.h"
#include "present/x11/owned.h"
#include "relay/cursor_image.h"

namespace oriel {

/// The guest's pointer as the window's own cursor: the host's server moves it, we do not.
class X11Cursor {
  public:
    X11Cursor(const X11Connection& connection, xcb_window_t window)
        : connection_(&connection), window_(window) {}

    /// Where the server has no RENDER, its usual cursor stays.
    void set_image(const CursorImage& image);
    void set_visibility(CursorPosition::Visibility visibility);

    /// The server's usual cursor, which would stand still, is not shown in place of the guest's.
    void set_locked(bool is_locked);

  private:
    using Handle = X11Owned<xcb_free_cursor>;

    Handle make_blank() const;
    Handle make_coloured(const CursorImage& image) const;
    void apply();

    const X11Connection* connection_;
    xcb_window_t window_;
    Handle image_;
    Handle blank_;
    bool is_hidden_ = false;
    bool is_locked_ = false;
};

}  // namespace oriel
