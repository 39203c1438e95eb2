// SPDX-License-Identifier: MIT
#pragma once

#include <xcb/render.h>

#include "present/viewport.h"
#include "present/x11/connection.h"
#include "present/x11/owned.h"

namespace oriel {

/// Has the server scale: a pixmap there holds the whole picture, and what changes of it is drawn
/// into the window by RENDER, bilinear, or pixel by pixel where each becomes a square.
class X11Scaler {
  public:
    X11Scaler(const X11Connection& connection, xcb_window_t window, const Viewport& viewport);

    const Viewport& viewport() const { return viewport_; }

    /// Where the picture's changes have to be put first; undefined at the beginning.
    xcb_drawable_t pixmap() const { return pixmap_.id(); }

    void draw(const Rect& part_of_picture);

  private:
    void set_scale();

    xcb_connection_t* connection_;
    Viewport viewport_;
    X11Pixmap pixmap_;
    X11Owned<xcb_render_free_picture> from_;
    X11Owned<xcb_render_free_picture> to_;
};

}  // namespace oriel
