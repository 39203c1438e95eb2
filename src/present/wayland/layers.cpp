// SPDX-License-Identifier: MIT
#include "present/wayland/layers.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

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

std::uint32_t device_side(std::uint32_t logical, double scale, std::uint32_t image) {
    return std::clamp(static_cast<std::uint32_t>(logical * scale), 1U, image);
}

/// Opaque in each pixel, but in a format with alpha: a compositor (Weston 14, mutter) asks for no
/// frame of a picture that something without alpha covers whole, and a small window's overlay does.
void copy_part(const LayerImage& from, const Rect& part, const WaylandImage& to) {
    for (std::uint32_t y = 0; y < part.height; ++y) {
        const std::size_t at =
            (std::size_t{part.y + y} * from.size.width + part.x) * std::size_t{kPixelBytes};
        for (std::size_t x = 0; x < part.width; ++x) {
            std::uint32_t pixel = 0;
            std::memcpy(&pixel, &from.pixels[at + x * kPixelBytes], sizeof pixel);
            pixel |= 0xFF000000U;
            std::memcpy(
                &to.bytes()[std::size_t{y} * to.stride() + x * kPixelBytes], &pixel, sizeof pixel);
        }
    }
}

}  // namespace

Result<void> WaylandLayers::show(Layer layer, const LayerImage& image) {
    ORIEL_ASSERT(image.pixels.size() == image.size.area() * kPixelBytes);
    Content& content = layer == Layer::Message ? message_ : overlay_;
    if (image.size.is_empty()) {
        if (!content.image.size.is_empty()) {
            content.surface.hide();
            if (layer == Layer::Message) {
                cover_.hide();
            }
            // Some compositors (sway 1.7) do not draw anew by themselves where it was.
            damage_whole(window_->surface());
        }
        content.image = {};
        return {};
    }
    if (layer == Layer::Message && message_.image.size.is_empty()) {
        if (!cover_colour_) {
            ORIEL_TRY_ASSIGN(cover_colour_, WaylandFill::create(*connection_, kMessageColour));
            cover_ = WaylandSubsurface(*connection_, window_->surface());
            window_->add_part(cover_.surface());
            message_.surface = WaylandSubsurface(*connection_, window_->surface());
            if (overlay_.surface) {
                overlay_.surface.place_above(message_.surface.surface());
            }
        }
        wl_surface_attach(cover_.surface(), cover_colour_->buffer(), 0, 0);
        damage_whole(cover_.surface());
        cover();
    }
    if (!content.surface) {
        content.surface = WaylandSubsurface(*connection_, window_->surface());
    }
    content.image = image;
    content.is_new = true;
    return draw(content, layer);
}

Result<WaylandImage*> WaylandLayers::free_image(Content& content, Size size) const {
    std::erase_if(content.images,
                  [size](const auto& old) { return !old->is_busy() && old->size() != size; });
    const auto free =
        std::ranges::find_if(content.images, [](const auto& old) { return !old->is_busy(); });
    if (free != content.images.end()) {
        return free->get();
    }
    ORIEL_TRY_ASSIGN(
        auto made,
        WaylandImage::create(*connection_, size, size.width * kPixelBytes, WL_SHM_FORMAT_ARGB8888));
    content.images.push_back(std::move(made));
    return content.images.back().get();
}

/// One for one in device pixels, and no larger than the window: a part may reach out of it.
/// Compositors need not be able to cut, so it is cut here.
Result<void> WaylandLayers::draw(Content& content, Layer layer) {
    const double scale = window_->scale();
    const Size window = window_->logical_size();
    const Size& whole = content.image.size;
    const Size shown = {logical_side(whole.width, scale, window.width),
                        logical_side(whole.height, scale, window.height)};
    const Size cut = {device_side(shown.width, scale, whole.width),
                      device_side(shown.height, scale, whole.height)};
    std::int32_t x = 0;
    std::int32_t y = 0;
    Rect part = Rect::of(cut);
    if (layer == Layer::Message) {
        // Its middle in the window's; of one that is too large the middle is seen.
        x = static_cast<std::int32_t>((window.width - shown.width) / 2);
        y = static_cast<std::int32_t>((window.height - shown.height) / 2);
        part.x = (whole.width - cut.width) / 2;
        part.y = (whole.height - cut.height) / 2;
    }
    content.surface.place(x, y, shown);
    if (content.is_new || part != content.part) {
        ORIEL_TRY_ASSIGN(WaylandImage* const image, free_image(content, cut));
        copy_part(content.image, part, *image);
        wl_surface_attach(content.surface.surface(), image->lend(), 0, 0);
        damage_whole(content.surface.surface());
        content.part = part;
        content.is_new = false;
    }
    content.surface.commit();
    return {};
}

void WaylandLayers::cover() {
    cover_.place(0, 0, window_->logical_size());
    cover_.commit();
}

Result<void> WaylandLayers::follow_window() {
    if (hides_picture()) {
        cover();
        ORIEL_TRY(draw(message_, Layer::Message));
    }
    return overlay_.image.size.is_empty() ? Result<void>{} : draw(overlay_, Layer::Overlay);
}

}  // namespace oriel
