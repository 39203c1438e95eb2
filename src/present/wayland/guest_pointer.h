// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "present/viewport.h"
#include "present/wayland/connection.h"
#include "present/wayland/shm_image.h"
#include "present/wayland/surface.h"
#include "relay/cursor_image.h"

namespace oriel {

/// The guest's pointer where the guest has it, as a part of the window above the picture: for
/// while the display's own is locked, which stands still and is hidden.
///
/// What is changed is seen with the next commit of the window's surface.
class WaylandGuestPointer {
  public:
    WaylandGuestPointer(const WaylandConnection& connection, wl_surface* window)
        : connection_(&connection), window_(window) {}

    void set_image(const CursorImage& image);

    /// Or hides it, where the guest does. True: there is something to commit.
    bool show(const CursorPosition& position, const Viewport& viewport);
    bool hide();

  private:
    struct Place {
        std::int32_t x = 0;
        std::int32_t y = 0;
        Size size;

        friend bool operator==(const Place&, const Place&) = default;
    };

    bool attach();

    const WaylandConnection* connection_;
    wl_surface* window_;
    WaylandSubsurface surface_;
    CursorImage image_;  ///< As Colour; no size: none yet.
    std::vector<std::unique_ptr<WaylandImage>> images_;
    std::optional<Place> shown_at_;  ///< In logical pixels; nothing: hidden.
    bool is_image_new_ = false;
};

}  // namespace oriel
