// SPDX-License-Identifier: MIT
#pragma once

#include "present/layer.h"
#include "present/x11/connection.h"
#include "present/x11/owned.h"

namespace oriel {

/// The layers of one window, each a child window whose background is its image: the server draws
/// it, again too, and keeps whatever is drawn into the window out of it.
///
/// They take no events, so all of them go on to the window below, in its coordinates.
class X11Layers {
  public:
    X11Layers(const X11Connection& connection, xcb_window_t window, Size size);

    /// Who draws what a message covered, once it is gone: the caller at once, or when the server
    /// asks for it, as it does of a window that is not known to be mapped.
    enum class Redraw : std::uint8_t { AtOnce, WhenAsked };

    void show(Layer layer, const LayerImage& image, Redraw redraw);

    /// The window's, by whoever changed it.
    void follow_size(Size window);

    /// Nothing of the picture can be seen.
    bool hides_picture() const { return !message_.size.is_empty(); }

  private:
    struct Child {
        X11Owned<xcb_destroy_window> window;
        Size size;  ///< Of its image; empty: not on screen.
    };

    Child make_child(xcb_window_t parent, Size size) const;
    void set_image(Child& child, const LayerImage& image) const;
    void show_message(const LayerImage& image, Redraw redraw);
    void place_message() const;

    const X11Connection* connection_;
    xcb_window_t window_;
    Size window_size_;
    Child cover_;    ///< Over all of the window, however large it becomes.
    Child message_;  ///< In the cover.
    Child overlay_;  ///< Above both.
};

}  // namespace oriel
