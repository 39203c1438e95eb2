// SPDX-License-Identifier: MIT
#include "present/x11/layers.h"

#include <cstdint>

#include "base/assert.h"
#include "present/x11/pixels.h"
#include "present/x11/window.h"

namespace oriel {
namespace {

/// The largest there is: no size the window takes on uncovers what the cover hides.
constexpr Size kCoverSize = {32767, 32767};

std::uint32_t middle(std::uint32_t outer, std::uint32_t inner) {
    return static_cast<std::uint32_t>((std::int64_t{outer} - std::int64_t{inner}) / 2);
}

}  // namespace

X11Layers::X11Layers(const X11Connection& connection, xcb_window_t window, Size size)
    : connection_(&connection), window_(window), window_size_(size) {
    cover_ = make_child(window, kCoverSize);
    message_ = make_child(cover_.window.id(), {1, 1});
    overlay_ = make_child(window, {1, 1});
    xcb_change_window_attributes(
        connection.get(), cover_.window.id(), XCB_CW_BACK_PIXEL, &kMessageColour);
    xcb_map_window(connection.get(), message_.window.id());
}

X11Layers::Child X11Layers::make_child(xcb_window_t parent, Size size) const {
    const xcb_window_t id = xcb_generate_id(connection_->get());
    xcb_create_window(connection_->get(),
                      XCB_COPY_FROM_PARENT,
                      id,
                      parent,
                      0,
                      0,
                      static_cast<std::uint16_t>(size.width),
                      static_cast<std::uint16_t>(size.height),
                      0,
                      XCB_WINDOW_CLASS_INPUT_OUTPUT,
                      XCB_COPY_FROM_PARENT,
                      0,
                      nullptr);
    return {{connection_->get(), id}, {}};
}

/// What was drawn into a pixmap after it became a background may be seen or not: hence a new one.
void X11Layers::set_image(Child& child, const LayerImage& image) const {
    ORIEL_ASSERT(image.pixels.size() == image.size.area() * 4);
    xcb_connection_t* connection = connection_->get();
    const xcb_window_t window = child.window.id();
    const std::uint8_t depth = connection_->visual().depth;
    const X11Pixmap pixmap(connection, xcb_generate_id(connection));
    const X11Gc gc(connection, xcb_generate_id(connection));
    xcb_create_pixmap(connection,
                      depth,
                      pixmap.id(),
                      window,
                      static_cast<std::uint16_t>(image.size.width),
                      static_cast<std::uint16_t>(image.size.height));
    xcb_create_gc(connection, gc.id(), pixmap.id(), 0, nullptr);
    put_pixels(*connection_,
               {pixmap.id(), gc.id(), 0, 0, depth},
               {image.pixels, image.size.width * 4, image.size, std::nullopt},
               Rect::of(image.size));
    const std::uint32_t background = pixmap.id();
    xcb_change_window_attributes(connection, window, XCB_CW_BACK_PIXMAP, &background);
    if (child.size != image.size) {
        child.size = image.size;
        const std::uint32_t sides[] = {image.size.width, image.size.height};
        xcb_configure_window(
            connection, window, XCB_CONFIG_WINDOW_WIDTH | XCB_CONFIG_WINDOW_HEIGHT, sides);
    }
    xcb_clear_area(connection, 0, window, 0, 0, 0, 0);
}

void X11Layers::show(Layer layer, const LayerImage& image, Redraw redraw) {
    if (layer == Layer::Message) {
        show_message(image, redraw);
        return;
    }
    if (image.size.is_empty()) {
        overlay_.size = {};
        xcb_unmap_window(connection_->get(), overlay_.window.id());
        return;
    }
    set_image(overlay_, image);
    xcb_map_window(connection_->get(), overlay_.window.id());
}

void X11Layers::show_message(const LayerImage& image, Redraw redraw) {
    if (!image.size.is_empty()) {
        set_image(message_, image);
        place_message();
        xcb_map_window(connection_->get(), cover_.window.id());
        return;
    }
    if (!hides_picture()) {
        return;
    }
    message_.size = {};
    if (redraw == Redraw::WhenAsked) {
        xcb_unmap_window(connection_->get(), cover_.window.id());
        return;
    }
    const std::uint32_t usual = X11Window::kEvents;
    const std::uint32_t deaf = usual & ~std::uint32_t{XCB_EVENT_MASK_EXPOSURE};
    xcb_change_window_attributes(connection_->get(), window_, XCB_CW_EVENT_MASK, &deaf);
    xcb_unmap_window(connection_->get(), cover_.window.id());
    xcb_change_window_attributes(connection_->get(), window_, XCB_CW_EVENT_MASK, &usual);
}

void X11Layers::place_message() const {
    const std::uint32_t place[] = {middle(window_size_.width, message_.size.width),
                                   middle(window_size_.height, message_.size.height)};
    xcb_configure_window(
        connection_->get(), message_.window.id(), XCB_CONFIG_WINDOW_X | XCB_CONFIG_WINDOW_Y, place);
}

void X11Layers::follow_size(Size window) {
    if (window != window_size_) {
        window_size_ = window;
        if (hides_picture()) {
            place_message();
        }
    }
}

}  // namespace oriel
