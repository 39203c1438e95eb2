// SPDX-License-Identifier: MIT
#include "present/wayland/cursor_surface.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include <viewporter-client-protocol.h>
#include <wayland-client.h>

#include "base/log.h"
#include "present/wayland/listener.h"
#include "present/wayland/surface.h"

namespace oriel {
namespace {

std::int32_t logical(std::uint32_t pixels, double scale) {
    return static_cast<std::int32_t>(std::lround(pixels / scale));
}

}  // namespace

WaylandCursorSurface::WaylandCursorSurface(const WaylandConnection& connection)
    : connection_(&connection),
      surface_(wl_compositor_create_surface(connection.globals().compositor.get())),
      viewport_(wp_viewporter_get_viewport(connection.globals().viewporter.get(), surface_.get())) {
}

void WaylandCursorSurface::set_image(const CursorImage& image) {
    image_ = to_colour(image);
    is_image_new_ = true;
}

void WaylandCursorSurface::set_visibility(CursorPosition::Visibility visibility) {
    const bool is_hidden = visibility == CursorPosition::Visibility::Hidden;
    is_placing_new_ = is_placing_new_ || is_hidden != is_hidden_;
    is_hidden_ = is_hidden;
}

void WaylandCursorSurface::set_scale(double scale) {
    if (scale != scale_) {
        scale_ = scale;
        is_image_new_ = !image_.size.is_empty();
    }
}

wl_surface* WaylandCursorSurface::surface() const {
    return is_hidden_ || image_.size.is_empty() ? nullptr : surface_.get();
}

std::int32_t WaylandCursorSurface::hot_x() const {
    return logical(image_.hot_x, scale_);
}

std::int32_t WaylandCursorSurface::hot_y() const {
    return logical(image_.hot_y, scale_);
}

bool WaylandCursorSurface::update() {
    if (is_image_new_ && !callback_) {
        draw();
        is_image_new_ = false;
        is_placing_new_ = true;
    }
    return std::exchange(is_placing_new_, false);
}

WaylandImage* WaylandCursorSurface::free_image(Size size) {
    std::erase_if(images_,
                  [size](const auto& image) { return !image->is_busy() && image->size() != size; });
    const auto free =
        std::ranges::find_if(images_, [](const auto& image) { return !image->is_busy(); });
    if (free != images_.end()) {
        return free->get();
    }
    auto made = WaylandImage::create(*connection_, size, size.width * 4, WL_SHM_FORMAT_ARGB8888);
    if (!made) {
        log(LogLevel::Debug, made.error().message);
        return nullptr;
    }
    images_.push_back(std::move(*made));
    return images_.back().get();
}

void WaylandCursorSurface::draw() {
    WaylandImage* const image = free_image(image_.size);
    if (image == nullptr) {
        return;
    }
    std::memcpy(image->bytes().data(), image_.pixels.data(), image_.pixels.size());
    wl_surface_attach(surface_.get(), image->lend(), 0, 0);
    damage_whole(surface_.get());
    wp_viewport_set_destination(viewport_.get(),
                                std::max(logical(image_.size.width, scale_), 1),
                                std::max(logical(image_.size.height, scale_), 1));
    // Comes once it is shown: a pointer outside the window has its newest image when it enters, and
    // nobody sends what nobody takes.
    callback_.reset(wl_surface_frame(surface_.get()));
    static constexpr wl_callback_listener kListener = {
        .done = WaylandEvent<&WaylandCursorSurface::take_frame_done>::call};
    wl_callback_add_listener(callback_.get(), &kListener, this);
    wl_surface_commit(surface_.get());
}

void WaylandCursorSurface::take_frame_done(std::uint32_t /*time*/) {
    callback_.reset();
}

}  // namespace oriel
