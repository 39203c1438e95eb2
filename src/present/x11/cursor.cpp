// SPDX-License-Identifier: MIT
#include "present/x11/cursor.h"

#include "present/x11/pixels.h"

namespace oriel {
namespace {

X11Pixmap make_pixmap(const X11Connection& connection, std::uint8_t depth, Size size) {
    const xcb_pixmap_t id = xcb_generate_id(connection.get());
    xcb_create_pixmap(connection.get(),
                      depth,
                      id,
                      connection.screen().root,
                      static_cast<std::uint16_t>(size.width),
                      static_cast<std::uint16_t>(size.height));
    return {connection.get(), id};
}

X11Gc make_gc(const X11Connection& connection, xcb_drawable_t drawable) {
    const xcb_gcontext_t id = xcb_generate_id(connection.get());
    xcb_create_gc(connection.get(), id, drawable, 0, nullptr);
    return {connection.get(), id};
}

}  // namespace

void X11Cursor::set_image(const CursorImage& image) {
    if (!connection_->abilities().scales || image.size.is_empty()) {
        return;
    }
    // The server keeps the old one as long as the window shows it.
    image_ = make_coloured(to_colour(image));
    apply();
}

void X11Cursor::set_visibility(CursorPosition::Visibility visibility) {
    const bool is_hidden = visibility == CursorPosition::Visibility::Hidden;
    if (is_hidden == is_hidden_) {
        return;
    }
    is_hidden_ = is_hidden;
    apply();
}

void X11Cursor::set_locked(bool is_locked) {
    if (is_locked != is_locked_) {
        is_locked_ = is_locked;
        apply();
    }
}

X11Cursor::Handle X11Cursor::make_blank() const {
    const X11Pixmap pixmap = make_pixmap(*connection_, 1, {1, 1});
    const X11Gc gc = make_gc(*connection_, pixmap.id());
    const xcb_rectangle_t pixel{0, 0, 1, 1};
    xcb_poly_fill_rectangle(connection_->get(), pixmap.id(), gc.id(), 1, &pixel);
    const xcb_cursor_t id = xcb_generate_id(connection_->get());
    // Its mask is clear: the default foreground of a new GC is 0.
    xcb_create_cursor(connection_->get(), id, pixmap.id(), pixmap.id(), 0, 0, 0, 0, 0, 0, 0, 0);
    return {connection_->get(), id};
}

X11Cursor::Handle X11Cursor::make_coloured(const CursorImage& image) const {
    constexpr std::uint8_t kDepth = 32;
    xcb_connection_t* connection = connection_->get();
    const X11Pixmap pixmap = make_pixmap(*connection_, kDepth, image.size);
    const X11Gc gc = make_gc(*connection_, pixmap.id());
    put_pixels(*connection_,
               {pixmap.id(), gc.id(), 0, 0, kDepth},
               {image.pixels, image.stride, image.size, std::nullopt},
               Rect::of(image.size));
    const xcb_render_picture_t picture = xcb_generate_id(connection);
    xcb_render_create_picture(
        connection, picture, pixmap.id(), connection_->abilities().argb_format, 0, nullptr);
    const xcb_cursor_t id = xcb_generate_id(connection);
    xcb_render_create_cursor(connection,
                             id,
                             picture,
                             static_cast<std::uint16_t>(image.hot_x),
                             static_cast<std::uint16_t>(image.hot_y));
    xcb_render_free_picture(connection, picture);
    return {connection, id};
}

void X11Cursor::apply() {
    const bool is_blank = is_hidden_ || (is_locked_ && !image_);
    if (is_blank && !blank_) {
        blank_ = make_blank();
    }
    const std::uint32_t cursor = is_blank ? blank_.id() : image_.id();
    xcb_change_window_attributes(connection_->get(), window_, XCB_CW_CURSOR, &cursor);
}

}  // namespace oriel
