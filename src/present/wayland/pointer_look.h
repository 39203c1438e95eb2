// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "present/wayland/connection.h"
#include "present/wayland/owned.h"

namespace oriel {

/// What a pointer looks like over the window.
struct WaylandCursorLook {
    enum class Kind : std::uint8_t {
        Arrow,  ///< The display's own.
        Hidden,
        Surface,
    };
    Kind kind = Kind::Arrow;

    /// With the picture committed by whoever made it; the hot spot in logical pixels of it.
    wl_surface* surface{};
    std::int32_t hot_x = 0;
    std::int32_t hot_y = 0;

    friend bool operator==(const WaylandCursorLook&, const WaylandCursorLook&) = default;
};

/// Gives one pointer its look, as often as it enters the window.
class WaylandPointerLook {
  public:
    /// `pointer` outlives it.
    WaylandPointerLook(const WaylandConnection& connection, wl_pointer* pointer);

    /// It is in the window now. `serial`: as the compositor told with that.
    void enter(std::uint32_t serial);

    /// It is somebody else's look from now on, that of the window's frame perhaps.
    void leave() { has_entered_ = false; }

    /// It may look different, because the window's scale is another one: see set().
    void set(const WaylandCursorLook& look, double scale);

  private:
    void apply();
    void show_arrow();
    void show_themes_arrow();

    const WaylandConnection* connection_;
    wl_pointer* pointer_;
    WaylandOwned<wp_cursor_shape_device_v1> shapes_;
    WaylandOwned<wl_cursor_theme> theme_;  ///< Where the compositor has no shapes.
    WaylandOwned<wl_surface> arrow_;
    std::int32_t theme_scale_ = 0;
    std::uint32_t serial_ = 0;
    bool has_entered_ = false;
    WaylandCursorLook look_;
    std::int32_t scale_ = 1;
};

}  // namespace oriel
