// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "present/wayland/connection.h"
#include "present/wayland/owned.h"
#include "present/wayland/shm_image.h"
#include "relay/geometry.h"

namespace oriel {

/// A part of a window that shows a buffer of its own, in any size. It takes no input: that goes to
/// the window's surface. What happens to it is seen with the window surface's next commit.
///
/// A default-made one owns nothing and can do nothing.
class WaylandSubsurface {
  public:
    WaylandSubsurface() = default;

    /// Above all that `parent` has so far.
    WaylandSubsurface(const WaylandConnection& connection, wl_surface* parent);

    explicit operator bool() const { return surface_ != nullptr; }

    wl_surface* surface() const { return surface_.get(); }

    /// In the window's logical pixels.
    void place(std::int32_t x, std::int32_t y, Size size);

    /// Right above a sibling, or above the window's surface and so below all others.
    void place_above(wl_surface* other);

    void commit() const;

    /// Takes its content away. Commits.
    void hide() const;

  private:
    WaylandOwned<wl_surface> surface_;
    WaylandOwned<wl_subsurface> role_;
    WaylandOwned<wp_viewport> viewport_;
};

/// One colour, for a surface that is stretched to its size by a viewport.
class WaylandFill {
  public:
    /// `rgb`: 0xRRGGBB. Errors: System.
    static Result<std::unique_ptr<WaylandFill>> create(const WaylandConnection& connection,
                                                       std::uint32_t rgb);

    /// It never changes: it may be attached at any time, as often as is wanted.
    wl_buffer* buffer() const { return buffer_; }

  private:
    WaylandFill() = default;

    WaylandOwned<wl_buffer> single_pixel_;
    std::unique_ptr<WaylandImage> image_;  ///< Where the compositor knows no such thing.
    wl_buffer* buffer_ = nullptr;
};

/// All of it, as damage.
void damage_whole(wl_surface* surface);

}  // namespace oriel
