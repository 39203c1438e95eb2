// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "base/result.h"
#include "present/wayland/connection.h"
#include "present/wayland/toplevel.h"

namespace oriel {

/// Draws frames and title bars for compositors that draw none.
///
/// Lifetime: ends after what it has made, and before the connection.
class WaylandFrameLibrary {
  public:
    virtual ~WaylandFrameLibrary() = default;
    WaylandFrameLibrary(const WaylandFrameLibrary&) = delete;
    WaylandFrameLibrary& operator=(const WaylandFrameLibrary&) = delete;

    /// For a surface that is no window, or not any more, and shows nothing yet.
    virtual std::unique_ptr<WaylandToplevel> make_toplevel(wl_surface* surface,
                                                           WaylandToplevelListener& listener) = 0;

  protected:
    WaylandFrameLibrary() = default;
};

/// libdecor, looked for where libraries lie when this is called for the first time. Its events are
/// dispatched with the connection's own.
///
/// Blocks: until it is loaded, and for some round trips. Errors: Unsupported where it or its
/// plugin is not installed, or this was built without (ORIEL_HOST_LIBDECOR); the display is gone.
Result<std::unique_ptr<WaylandFrameLibrary>> open_libdecor(WaylandConnection& connection);

}  // namespace oriel
