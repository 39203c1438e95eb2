// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "present/viewport.h"
#include "present/x11/frame_source.h"
#include "present/x11/scaler.h"
#include "present/x11/window.h"

namespace oriel {

/// What is drawn in the window: the picture, direct or scaled, and bars beside it.
class X11Canvas {
  public:
    X11Canvas(const X11Connection& connection, const X11Window& window)
        : connection_(&connection), window_(&window) {}

    /// For the lay_out() that follows.
    void set_scaling(Scaling scaling) { scaling_ = scaling; }

    /// The window's or the picture's size may have changed. True: what is drawn is no good any
    /// more, draw the whole picture.
    bool lay_out(Size picture);

    /// Its picture() is empty before the first lay_out().
    const Viewport& viewport() const { return viewport_; }

    /// Draws `parts` of the shown picture.
    void draw(const X11FrameSource::Drawable& frame, std::span<const Rect> parts);

    /// Fills what the picture leaves free.
    void draw_bars();

  private:
    void put(const X11FrameSource::Drawable& frame, const Rect& part, const X11Place& place) const;

    const X11Connection* connection_;
    const X11Window* window_;
    Scaling scaling_ = Scaling::Fit;
    Viewport viewport_;
    std::optional<X11Scaler> scaler_;  ///< While the picture is scaled.
};

}  // namespace oriel
