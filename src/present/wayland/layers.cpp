// SPDX-License-Identifier: MIT
#include "present/wayland/layers.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include <viewporter-client-protocol.h>
#include <wayland-client.h>

#include "base/assert.h"

namespace oriel {
namespace {

constexpr std::uint32_t kPixelBytes = 4;

/// Of an image's side what whole logical pixels show one for one, inside `window`.
std::uint32_t logical_side(std::uint32_t image, double scale, std::uint32_t window) {
    const auto whole = static_cast<std::uint32_t>(std::floor(image / scale));
    return std::clamp(whole, 1U, std::max(window, 1U));
}

}  // namespace

Result<void> WaylandLayers::show(Layer layer, const LayerImage& image) {
    ORIEL_ASSERT(image.pixels.size() == image.size.area() * kPixelBytes);
    Content& content = layer == Layer::Message ? message_ : overlay_;
    if (image.size.is_empty()) {
        if (!content.size.is_empty()) {
            content.surface.hide();
            if (layer == Layer::Message) {
                cover_.hide();
            }
        }
        content.size = {};
        return {};
    }
    if (layer == Layer::Message && message_.size.is_empty()) {
        if (!cover_colour_) {
            ORIEL_TRY_ASSIGN(cover_colour_, WaylandFill::create(*connection_, kMessageColour));
            cover_ = WaylandSubsurface(*connection_, window_->surface());
            message_.surface = WaylandSubsurface(*connection_, window_->surface());
            if (overlay_.surface) {
                overlay_.surface.place_above(message_.surface.surface());
            }
        }
        wl_surface_attach(cover_.surface(), cover_colour_->buffer(), 0, 0);
        damage_whole(cover_.surface());
        cover();
    }
    return set_image(content, image);
}

Result<void> WaylandLayers::set_image(Content& content, const LayerImage& image) {
    if (!content.surface) {
        content.surface = WaylandSubsurface(*connection_, window_->surface());
    }
    std::erase_if(content.images,
                  [&](const auto& old) { return !old->is_busy() && old->size() != image.size; });
    auto free =
        std::ranges::find_if(content.images, [](const auto& old) { return !old->is_busy(); });
    if (free == content.images.end()) {
        ORIEL_TRY_ASSIGN(
            auto made,
            WaylandImage::create(
                *connection_, image.size, image.size.width * kPixelBytes, WL_SHM_FORMAT_XRGB8888));
        content.images.push_back(std::move(made));
        free = content.images.end() - 1;
    }
    WaylandImage& shown = **free;
    std::memcpy(shown.bytes().data(), image.pixels.data(), image.pixels.size());
    content.size = image.size;
    wl_surface_attach(content.surface.surface(), shown.lend(), 0, 0);
    damage_whole(content.surface.surface());
    place(content, &content == &message_ ? Layer::Message : Layer::Overlay);
    return {};
}

/// One for one in device pixels, cut off at the window's edges, which a subsurface is not by
/// itself.
void WaylandLayers::place(Content& content, Layer layer) {
    const double scale = window_->scale();
    const Size window = window_->logical_size();
    const Size shown = {logical_side(content.size.width, scale, window.width),
                        logical_side(content.size.height, scale, window.height)};
    std::int32_t x = 0;
    std::int32_t y = 0;
    double from_x = 0;
    double from_y = 0;
    const double width = std::min<double>(shown.width * scale, content.size.width);
    const double height = std::min<double>(shown.height * scale, content.size.height);
    if (layer == Layer::Message) {
        // Its middle in the window's; of one that is too large the middle is seen.
        x = static_cast<std::int32_t>((window.width - shown.width) / 2);
        y = static_cast<std::int32_t>((window.height - shown.height) / 2);
        from_x = std::floor((content.size.width - width) / 2);
        from_y = std::floor((content.size.height - height) / 2);
    }
    content.surface.place(x, y, shown);
    wp_viewport_set_source(content.surface.viewport(),
                           wl_fixed_from_double(from_x),
                           wl_fixed_from_double(from_y),
                           wl_fixed_from_double(width),
                           wl_fixed_from_double(height));
    content.surface.commit();
}

void WaylandLayers::cover() {
    cover_.place(0, 0, window_->logical_size());
    cover_.commit();
}

void WaylandLayers::follow_window() {
    if (hides_picture()) {
        cover();
        place(message_, Layer::Message);
    }
    if (!overlay_.size.is_empty()) {
        place(overlay_, Layer::Overlay);
    }
}

}  // namespace oriel
