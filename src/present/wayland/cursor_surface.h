// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "present/wayland/connection.h"
#include "present/wayland/owned.h"
#include "present/wayland/shm_image.h"
#include "relay/cursor_image.h"

namespace oriel {

/// The guest's pointer as a surface, for whoever has the seat's pointer to put it there:
/// wl_pointer.set_cursor(serial, surface(), hot_x(), hot_y()) each time the pointer enters the
/// window and each time update() or set_scale() says so. surface() is null where the guest hides
/// its pointer: that hides ours, too.
///
/// It is drawn as soon as the compositor has taken the last one: shapes that change faster are
/// skipped, the newest is seen.
class WaylandCursorSurface {
  public:
    explicit WaylandCursorSurface(const WaylandConnection& connection);
    WaylandCursorSurface(const WaylandCursorSurface&) = delete;
    WaylandCursorSurface& operator=(const WaylandCursorSurface&) = delete;

    void set_image(const CursorImage& image);
    void set_visibility(CursorPosition::Visibility visibility);

    /// How many device pixels of the picture's one logical pixel is: the pointer is as large
    /// beside the picture as it is in the guest.
    void set_scale(double scale);

    /// Draws what is new, where that can be done now; before each flush. True: surface() or the
    /// hot spot is another one; tell the pointer.
    bool update();

    wl_surface* surface() const;

    std::int32_t hot_x() const;
    std::int32_t hot_y() const;

  private:
    void draw();
    void take_frame_done(std::uint32_t time);
    WaylandImage* free_image(Size size);

    const WaylandConnection* connection_;
    WaylandOwned<wl_surface> surface_;
    WaylandOwned<wp_viewport> viewport_;
    WaylandOwned<wl_callback> callback_;  ///< There: the compositor has not taken the last one.
    CursorImage image_;                   ///< As Colour; no size: none yet.
    double scale_ = 1;
    bool is_hidden_ = false;
    bool is_image_new_ = false;
    bool is_placing_new_ = false;
    std::vector<std::unique_ptr<WaylandImage>> images_;
};

}  // namespace oriel
