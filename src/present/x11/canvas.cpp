// SPDX-License-Identifier: MIT
#include "present/x11/canvas.h"

#include <array>

namespace oriel {
namespace {

std::int16_t coordinate(std::uint32_t value) {
    return static_cast<std::int16_t>(value);
}

}  // namespace

bool X11Canvas::lay_out(Size picture) {
    const Viewport laid_out = connection_->abilities().scales
                                  ? Viewport(window_->size(), picture)
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
    fill(kBarColour, viewport_.bars());
}

void X11Canvas::fill(std::uint32_t rgb, std::span<const Rect> rects) {
    xcb_change_gc(connection_->get(), window_->gc(), XCB_GC_FOREGROUND, &rgb);
    for (const Rect& rect : rects) {
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

void X11Canvas::draw_message(const std::string& text) {
    const Size window = window_->size();
    if (text != panel_text_ || window != panel_window_) {
        panel_ = render_text_panel(text, window);
        panel_text_ = text;
        panel_window_ = window;
    }
    const Rect place{(window.width - panel_.size.width) / 2,
                     (window.height - panel_.size.height) / 2,
                     panel_.size.width,
                     panel_.size.height};
    const std::array beside = {
        Rect{0, 0, window.width, place.y},
        Rect{0, place.bottom(), window.width, window.height - place.bottom()},
        Rect{0, place.y, place.x, place.height},
        Rect{place.right(), place.y, window.width - place.right(), place.height}};
    fill(kPanelColour, beside);
    put_pixels(*connection_,
               {window_->id(),
                window_->gc(),
                coordinate(place.x),
                coordinate(place.y),
                connection_->visual().depth},
               {panel_.pixels, panel_.size.width * 4, panel_.size, std::nullopt},
               Rect::of(panel_.size));
}

}  // namespace oriel
