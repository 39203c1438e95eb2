// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "present/text_panel.h"
#include "present/viewport.h"
#include "present/x11/frame_source.h"
#include "present/x11/scaler.h"
#include "present/x11/window.h"

namespace oriel {

/// What is drawn in the window: the picture, direct or scaled, and bars beside it; or a message.
class X11Canvas {
  public:
    X11Canvas(const X11Connection& connection, const X11Window& window)
        : connection_(&connection), window_(&window) {}

    /// The window's or the picture's size may have changed. True: what is drawn is no good any
    /// more, draw the whole picture.
    bool lay_out(Size picture);

    /// Its picture() is empty before the first lay_out().
    const Viewport& viewport() const { return viewport_; }

    /// Draws `parts` of the shown picture.
    void draw(const X11FrameSource::Drawable& frame, std::span<const Rect> parts);

    /// Fills what the picture leaves free.
    void draw_bars();

    /// Fills the window with a text.
    void draw_message(const std::string& text);

  private:
    void put(const X11FrameSource::Drawable& frame, const Rect& part, const X11Place& place) const;
    void fill(std::uint32_t rgb, std::span<const Rect> rects);

    const X11Connection* connection_;
    const X11Window* window_;
    Viewport viewport_;
    std::optional<X11Scaler> scaler_;  ///< While the picture is scaled.

    TextPanel panel_;  ///< Of panel_text_ in a window of panel_window_.
    std::string panel_text_;
    Size panel_window_;
};

}  // namespace oriel
