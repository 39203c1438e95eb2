// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "present/layer.h"
#include "present/wayland/shm_image.h"
#include "present/wayland/surface.h"
#include "present/wayland/window.h"

namespace oriel {

/// The layers of one window, each a subsurface without input of its own. What is changed here is
/// seen with the next commit of the window's surface.
class WaylandLayers {
  public:
    WaylandLayers(const WaylandConnection& connection, WaylandWindow& window)
        : connection_(&connection), window_(&window) {}

    /// Errors: System, where there is no memory for it.
    Result<void> show(Layer layer, const LayerImage& image);

    /// The window's size or scale has changed. Errors: as show().
    Result<void> follow_window();

    /// Nothing of the picture can be seen.
    bool hides_picture() const { return !message_.image.size.is_empty(); }

    /// There is something above the picture.
    bool are_shown() const { return hides_picture() || !overlay_.image.size.is_empty(); }

  private:
    struct Content {
        WaylandSubsurface surface;
        LayerImage image;  ///< All of it; none: not there.
        Rect part;         ///< What of it is shown.
        bool is_new = true;
        std::vector<std::unique_ptr<WaylandImage>> images;
    };

    Result<WaylandImage*> free_image(Content& content, Size size) const;
    Result<void> draw(Content& content, Layer layer);
    void cover();

    const WaylandConnection* connection_;
    WaylandWindow* window_;
    WaylandSubsurface cover_;  ///< Over all of the window.
    std::unique_ptr<WaylandFill> cover_colour_;
    Content message_;
    Content overlay_;
};

}  // namespace oriel
