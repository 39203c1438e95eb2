// SPDX-License-Identifier: MIT
#include "present/wayland/pointer_look.h"

#include <cmath>
#include <cstdlib>

#include <cursor-shape-v1-client-protocol.h>
#include <wayland-client.h>
#include <wayland-cursor.h>

#include "present/wayland/surface.h"

namespace oriel {
namespace {

constexpr int kUsualSize = 24;
constexpr int kMostSize = 512;

/// As all programs of a session take it: logical pixels.
int cursor_size() {
    const char* text = std::getenv("XCURSOR_SIZE");  // NOLINT(concurrency-mt-unsafe): not set here
    const int size = text != nullptr ? std::atoi(text) : 0;  // NOLINT(cert-err34-c): 0 is no size
    return size > 0 && size <= kMostSize ? size : kUsualSize;
}

}  // namespace

WaylandPointerLook::WaylandPointerLook(const WaylandConnection& connection, wl_pointer* pointer)
    : connection_(&connection), pointer_(pointer) {
    const auto& manager = connection.globals().cursor_shape;
    if (manager) {
        shapes_.reset(wp_cursor_shape_manager_v1_get_pointer(manager.get(), pointer));
    }
}

void WaylandPointerLook::enter(std::uint32_t serial) {
    serial_ = serial;
    has_entered_ = true;
    apply();
}

void WaylandPointerLook::set(const WaylandCursorLook& look, double scale) {
    const auto whole = static_cast<std::int32_t>(std::ceil(scale));
    if (look != look_ || whole != scale_) {
        look_ = look;
        scale_ = whole;
        apply();
    }
}

void WaylandPointerLook::apply() {
    if (!has_entered_) {
        return;
    }
    switch (look_.kind) {
    case WaylandCursorLook::Kind::Arrow:
        show_arrow();
        break;
    case WaylandCursorLook::Kind::Hidden:
        wl_pointer_set_cursor(pointer_, serial_, nullptr, 0, 0);
        break;
    case WaylandCursorLook::Kind::Surface:
        wl_pointer_set_cursor(pointer_, serial_, look_.surface, look_.hot_x, look_.hot_y);
        break;
    }
}

void WaylandPointerLook::show_arrow() {
    if (shapes_) {
        wp_cursor_shape_device_v1_set_shape(
            shapes_.get(), serial_, WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_DEFAULT);
    } else {
        show_themes_arrow();
    }
}

void WaylandPointerLook::show_themes_arrow() {
    if (theme_scale_ != scale_) {
        theme_.reset(wl_cursor_theme_load(
            std::getenv("XCURSOR_THEME"),  // NOLINT(concurrency-mt-unsafe): not set here
            cursor_size() * scale_,
            connection_->globals().shm.get()));
        theme_scale_ = scale_;
    }
    wl_cursor* cursor = theme_ ? wl_cursor_theme_get_cursor(theme_.get(), "left_ptr") : nullptr;
    wl_buffer* buffer = cursor != nullptr ? wl_cursor_image_get_buffer(cursor->images[0]) : nullptr;
    if (buffer == nullptr) {
        return;
    }
    if (!arrow_) {
        arrow_.reset(wl_compositor_create_surface(connection_->globals().compositor.get()));
    }
    const wl_cursor_image& image = *cursor->images[0];
    wl_surface_set_buffer_scale(arrow_.get(), scale_);
    wl_surface_attach(arrow_.get(), buffer, 0, 0);
    damage_whole(arrow_.get());
    wl_surface_commit(arrow_.get());
    wl_pointer_set_cursor(pointer_,
                          serial_,
                          arrow_.get(),
                          static_cast<std::int32_t>(image.hotspot_x) / scale_,
                          static_cast<std::int32_t>(image.hotspot_y) / scale_);
}

}  // namespace oriel
