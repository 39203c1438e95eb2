// SPDX-License-Identifier: MIT
#include "present/wayland/guest_pointer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include <wayland-client.h>

#include "present/pointer_motion.h"

namespace oriel {

void WaylandGuestPointer::set_image(const CursorImage& image) {
    image_ = to_colour(image);
    is_image_new_ = true;
}

bool WaylandGuestPointer::show(const CursorPosition& position, const Viewport& viewport) {
    const bool is_there = position.visibility == CursorPosition::Visibility::Shown &&
                          !image_.size.is_empty() && !viewport.picture().is_empty();
    if (!is_there) {
        return hide();
    }
    const double scale = static_cast<double>(viewport.target().width) / viewport.picture().width;
    const auto scaled = [scale](std::uint32_t side) {
        return static_cast<std::uint32_t>(std::max(1L, std::lround(side * scale)));
    };
    const auto lead = [scale](std::uint32_t hot) {
        return static_cast<std::int32_t>(std::lround(hot * scale));
    };
    const Viewport::Point point = place_in_window(position, viewport);
    const Place place{static_cast<std::int32_t>(point.x) - lead(image_.hot_x),
                      static_cast<std::int32_t>(point.y) - lead(image_.hot_y),
                      {scaled(image_.size.width), scaled(image_.size.height)}};
    if (place == shown_at_ && !is_image_new_) {
        return false;
    }
    if (!surface_) {
        surface_ = WaylandSubsurface(*connection_, window_);
    }
    if (is_image_new_ || !shown_at_) {
        if (!attach()) {
            return false;
        }
        is_image_new_ = false;
    }
    surface_.place(place.x, place.y, place.size);
    surface_.commit();
    shown_at_ = place;
    return true;
}

bool WaylandGuestPointer::hide() {
    if (!std::exchange(shown_at_, std::nullopt)) {
        return false;
    }
    // Sway 1.7 goes on drawing a part that has lost its content. It ends as a whole: newer ones
    // end the connection where the surface goes before its role.
    const WaylandSubsurface gone = std::exchange(surface_, {});
    return true;
}

/// False: there is no memory for it now.
bool WaylandGuestPointer::attach() {
    std::erase_if(images_, [](const auto& image) { return !image->is_busy(); });
    auto made =
        WaylandImage::create(*connection_, image_.size, image_.stride, WL_SHM_FORMAT_ARGB8888);
    if (!made) {
        return false;
    }
    WaylandImage& image = *images_.emplace_back(std::move(*made));
    std::memcpy(image.bytes().data(), image_.pixels.data(), image_.pixels.size());
    wl_surface_attach(surface_.surface(), image.lend(), 0, 0);
    damage_whole(surface_.surface());
    return true;
}

}  // namespace oriel
