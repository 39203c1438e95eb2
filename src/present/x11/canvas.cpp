// SPDX-License-Identifier: MIT
#include "present/x11/canvas.h"

#include "present/layer.h"

namespace oriel {
namespace {

std::int16_t coordinate(std::uint32_t value) {
    return static_cast<std::int16_t>(value);
}

}  // namespace

bool X11Canvas::lay_out(Size picture) {
    const Viewport laid_out = connection_->abilities().scales
                                  ? Viewport(window_->size(), picture, scaling_)
                                  : Viewport::unscaled(window_->size(), picture);
    if (laid_out == viewport_) {
        return false;
    }
    viewport_ = laid_out;
    scaler_.reset();
    if (!viewport_.is_unscaled()) {
        scaler_.emplace(*connection_, window_->id(), viewport_);
    }
    return true;
}

void X11Canvas::put(const X11FrameSource::Drawable& frame,
                    const Rect& part,
                    const X11Place& place) const {
    put_pixels(*connection_,
               place,
               frame.pixels,
               {frame.seen.x + part.x, frame.seen.y + part.y, part.width, part.height});
}

void X11Canvas::draw(const X11FrameSource::Drawable& frame, std::span<const Rect> parts) {
    const std::uint8_t depth = connection_->visual().depth;
    for (const Rect& part : parts) {
        if (scaler_) {
            put(frame,
                part,
                {scaler_->pixmap(), window_->gc(), coordinate(part.x), coordinate(part.y), depth});
            continue;
        }
        const Rect there = viewport_.to_window(part);
        put(frame,
            part,
            {window_->id(), window_->gc(), coordinate(there.x), coordinate(there.y), depth});
    }
    if (scaler_) {
        for (const Rect& part : parts) {
            scaler_->draw(part);
        }
    }
}

void X11Canvas::draw_bars() {
    xcb_change_gc(connection_->get(), window_->gc(), XCB_GC_FOREGROUND, &kBarColour);
    for (const Rect& rect : viewport_.bars()) {
        if (rect.is_empty()) {
            continue;
        }
        const xcb_rectangle_t filled{coordinate(rect.x),
                                     coordinate(rect.y),
                                     static_cast<std::uint16_t>(rect.width),
                                     static_cast<std::uint16_t>(rect.height)};
        xcb_poly_fill_rectangle(connection_->get(), window_->id(), window_->gc(), 1, &filled);
    }
}

}  // namespace oriel
