// SPDX-License-Identifier: MIT
#include "capture/x11/slot_pixmaps.h"

#include <xcb/shm.h>

namespace oriel::x11_capture {
namespace {

constexpr std::uint8_t kDepth = 24;

/// More slots than any region has: offsets that never come back must not pile up.
constexpr std::size_t kMaxKept = 64;

}  // namespace

SlotPixmaps::SlotPixmaps(const Connection& connection)
    : connection_(connection),
      gc_(xcb_generate_id(connection.get())),
      refused_(!connection.extensions().shared_pixmaps) {
    // Without exposures: each copy would send an event that says nothing was obscured.
    const std::uint32_t values[] = {XCB_SUBWINDOW_MODE_INCLUDE_INFERIORS, 0};
    xcb_create_gc(connection.get(),
                  gc_,
                  connection.root(),
                  XCB_GC_SUBWINDOW_MODE | XCB_GC_GRAPHICS_EXPOSURES,
                  values);
}

std::optional<xcb_pixmap_t> SlotPixmaps::find(const Segment& region,
                                              std::uint32_t offset,
                                              Size size) {
    if (refused_) {
        return std::nullopt;
    }
    for (const Kept& kept : kept_) {
        if (kept.offset == offset && kept.size == size) {
            return kept.pixmap;
        }
    }
    if (kept_.size() == kMaxKept) {
        forget();
    }
    xcb_connection_t* const raw = connection_.get();
    const xcb_pixmap_t pixmap = xcb_generate_id(raw);
    const Reply<xcb_generic_error_t> error(
        xcb_request_check(raw,
                          xcb_shm_create_pixmap_checked(raw,
                                                        pixmap,
                                                        connection_.root(),
                                                        static_cast<std::uint16_t>(size.width),
                                                        static_cast<std::uint16_t>(size.height),
                                                        kDepth,
                                                        region.id(),
                                                        offset)));
    if (error || connection_.is_gone()) {
        refused_ = true;
        return std::nullopt;
    }
    kept_.push_back({pixmap, offset, size});
    return pixmap;
}

void SlotPixmaps::forget() {
    for (const Kept& kept : kept_) {
        xcb_free_pixmap(connection_.get(), kept.pixmap);
    }
    kept_.clear();
}

void SlotPixmaps::copy_from_root(xcb_pixmap_t pixmap, const Rect& rect) const {
    const auto x = static_cast<std::int16_t>(rect.x);
    const auto y = static_cast<std::int16_t>(rect.y);
    xcb_copy_area(connection_.get(),
                  connection_.root(),
                  pixmap,
                  gc_,
                  x,
                  y,
                  x,
                  y,
                  static_cast<std::uint16_t>(rect.width),
                  static_cast<std::uint16_t>(rect.height));
}

}  // namespace oriel::x11_capture
