// SPDX-License-Identifier: MIT
#include "present/x11/scaler.h"

#include <string_view>

namespace oriel {
namespace {

constexpr std::uint32_t kFixedOne = 1U << 16U;

X11Owned<xcb_render_free_picture> make_picture(const X11Connection& connection,
                                               xcb_drawable_t drawable,
                                               xcb_render_repeat_t repeat) {
    const xcb_render_picture_t id = xcb_generate_id(connection.get());
    const auto value = static_cast<std::uint32_t>(repeat);
    xcb_render_create_picture(connection.get(),
                              id,
                              drawable,
                              connection.abilities().window_format,
                              XCB_RENDER_CP_REPEAT,
                              &value);
    return {connection.get(), id};
}

X11Pixmap make_pixmap(const X11Connection& connection, xcb_window_t window, Size size) {
    const xcb_pixmap_t id = xcb_generate_id(connection.get());
    xcb_create_pixmap(connection.get(),
                      connection.visual().depth,
                      id,
                      window,
                      static_cast<std::uint16_t>(size.width),
                      static_cast<std::uint16_t>(size.height));
    return {connection.get(), id};
}

xcb_render_fixed_t fixed_ratio(std::uint32_t picture, std::uint32_t target) {
    return static_cast<xcb_render_fixed_t>(std::uint64_t{picture} * kFixedOne / target);
}

std::int16_t coordinate(std::uint32_t value) {
    return static_cast<std::int16_t>(value);
}

}  // namespace

X11Scaler::X11Scaler(const X11Connection& connection, xcb_window_t window, const Viewport& viewport)
    : connection_(connection.get()),
      viewport_(viewport),
      pixmap_(make_pixmap(connection, window, viewport.picture())),
      // Padded: filtered with what lies outside of it, its edges would darken.
      from_(make_picture(connection, pixmap_.id(), XCB_RENDER_REPEAT_PAD)),
      to_(make_picture(connection, window, XCB_RENDER_REPEAT_NONE)) {
    set_scale();
}

void X11Scaler::set_scale() {
    const Rect target = viewport_.target();
    const Size picture = viewport_.picture();
    xcb_render_transform_t transform{};
    transform.matrix11 = fixed_ratio(picture.width, target.width);
    transform.matrix22 = fixed_ratio(picture.height, target.height);
    transform.matrix33 = kFixedOne;
    xcb_render_set_picture_transform(connection_, from_.id(), transform);
    const std::string_view filter = viewport_.is_whole_multiple() ? "nearest" : "bilinear";
    xcb_render_set_picture_filter(connection_,
                                  from_.id(),
                                  static_cast<std::uint16_t>(filter.size()),
                                  filter.data(),
                                  0,
                                  nullptr);
}

void X11Scaler::draw(const Rect& part_of_picture) {
    const Rect target = viewport_.target();
    const Rect part = viewport_.to_window(part_of_picture);
    xcb_render_composite(connection_,
                         XCB_RENDER_PICT_OP_SRC,
                         from_.id(),
                         XCB_RENDER_PICTURE_NONE,
                         to_.id(),
                         coordinate(part.x - target.x),
                         coordinate(part.y - target.y),
                         0,
                         0,
                         coordinate(part.x),
                         coordinate(part.y),
                         static_cast<std::uint16_t>(part.width),
                         static_cast<std::uint16_t>(part.height));
}

}  // namespace oriel
