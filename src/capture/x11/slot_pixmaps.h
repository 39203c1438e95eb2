// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <xcb/xcb.h>

#include "capture/x11/connection.h"
#include "capture/x11/segment.h"
#include "relay/geometry.h"

namespace oriel::x11_capture {

/// Pixmaps whose memory is a slot's, so that the server can copy any rectangle into it. One is
/// made at a slot's first use and kept.
///
/// Lifetime: the connection must outlive it.
class SlotPixmaps {
  public:
    explicit SlotPixmaps(const Connection& connection);
    SlotPixmaps(const SlotPixmaps&) = delete;
    SlotPixmaps& operator=(const SlotPixmaps&) = delete;

    ~SlotPixmaps() { forget(); }

    /// Nothing where the server does not make any. Blocks: a slot's first use, one round trip.
    std::optional<xcb_pixmap_t> find(const Segment& region, std::uint32_t offset, Size size);

    /// Frees them: before the region or the picture's size changes.
    void forget();

    /// Buffered: the rectangle of the root window, with all that lies on it.
    void copy_from_root(xcb_pixmap_t pixmap, const Rect& rect) const;

  private:
    struct Kept {
        xcb_pixmap_t pixmap = XCB_NONE;
        std::uint32_t offset = 0;
        Size size;
    };

    const Connection& connection_;
    xcb_gcontext_t gc_;
    std::vector<Kept> kept_;
    bool refused_;
};

}  // namespace oriel::x11_capture
