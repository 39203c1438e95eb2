// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/result.h"
#include "present/presenter.h"
#include "present/viewport.h"
#include "present/wayland/connection.h"
#include "present/wayland/frame_source.h"
#include "present/wayland/surface.h"
#include "present/wayland/surface_hints.h"
#include "present/wayland/window.h"

namespace oriel {

/// The picture in its window, and black around it where it does not fill it.
///
/// A picture that fills the window is the window's own surface, so that a compositor can scan it
/// out; any other is a part above a black window. All changes are seen at once, with commit().
class WaylandCanvas {
  public:
    WaylandCanvas(const WaylandConnection& connection, WaylandWindow& window);

    void set_vsync(Presenter::Vsync vsync);

    /// For the lay_out() or follow_window() that follows.
    void set_scaling(Scaling scaling) { scaling_ = scaling; }

    /// Where the picture lies, in the window's logical pixels; its picture() is empty before the
    /// first lay_out().
    const Viewport& viewport() const { return viewport_; }

    /// For the attach() that follows. True: what is there is no good, draw the whole picture.
    bool lay_out(Size picture);

    enum class Extent : std::uint8_t { Changed, Whole };

    /// Errors: System.
    Result<void> attach(const WaylandFrameSource::Drawable& drawable, Extent extent);

    /// What attach() shows may be shown in the middle of a refresh.
    bool may_tear() const { return window_hints_.may_tear(); }

    /// The surface attach() has put the picture on.
    wl_surface* picture_surface() const;

    /// Something can be seen, be it black. Errors: System.
    Result<void> ensure_background();

    bool is_empty() const { return arrangement_ == Arrangement::Empty; }

    /// The window has another size or scale. True: the picture should be laid out and drawn anew;
    /// what commit() shows without that has the right size, but may be out of shape.
    bool follow_window();

    /// What the window has become since the last commit() is to be seen only after another.
    bool is_behind_window() const;

    void commit();

  private:
    enum class Arrangement : std::uint8_t {
        Empty,
        Black,   ///< No picture yet.
        Fills,   ///< The picture is the window.
        Inside,  ///< The picture is a part above it.
    };

    Viewport wanted_viewport(Size picture) const;
    Result<void> make_black();
    void place_picture();
    void set_size();

    const WaylandConnection* connection_;
    WaylandWindow* window_;
    Presenter::Vsync vsync_ = Presenter::Vsync::Auto;
    Scaling scaling_ = Scaling::Fit;
    WaylandOwned<wp_viewport> stretch_;  ///< Of the window's surface.
    WaylandSurfaceHints window_hints_;
    std::unique_ptr<WaylandFill> black_;
    WaylandSubsurface part_;
    std::optional<WaylandSurfaceHints> part_hints_;
    Viewport viewport_;
    Arrangement arrangement_ = Arrangement::Empty;
    Size set_size_;
    bool is_moved_ = false;  ///< The picture, by follow_window(), since the last commit().
};

}  // namespace oriel
