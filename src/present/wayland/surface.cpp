// SPDX-License-Identifier: MIT
#include "present/wayland/surface.h"

#include <cstring>
#include <limits>

#include <single-pixel-buffer-v1-client-protocol.h>
#include <viewporter-client-protocol.h>
#include <wayland-client.h>

namespace oriel {
namespace {

/// Of a buffer of one colour. Compositors that draw on the CPU may round how much it is stretched:
/// with fewer pixels the last row of a window would be left out.
constexpr std::uint32_t kFillSide = 256;

/// A colour's share as single-pixel-buffer counts it.
std::uint32_t widen(std::uint32_t rgb, unsigned shift) {
    return (rgb >> shift & 0xFFU) * 0x01010101U;
}

}  // namespace

void damage_whole(wl_surface* surface) {
    constexpr std::int32_t kAll = std::numeric_limits<std::int32_t>::max();
    wl_surface_damage_buffer(surface, 0, 0, kAll, kAll);
}

WaylandSubsurface::WaylandSubsurface(const WaylandConnection& connection, wl_surface* parent)
    : surface_(wl_compositor_create_surface(connection.globals().compositor.get())),
      role_(wl_subcompositor_get_subsurface(
          connection.globals().subcompositor.get(), surface_.get(), parent)),
      viewport_(wp_viewporter_get_viewport(connection.globals().viewporter.get(), surface_.get())) {
    const WaylandOwned<wl_region> nothing(
        wl_compositor_create_region(connection.globals().compositor.get()));
    wl_surface_set_input_region(surface_.get(), nothing.get());
}

void WaylandSubsurface::place(std::int32_t x, std::int32_t y, Size size) {
    wl_subsurface_set_position(role_.get(), x, y);
    wp_viewport_set_destination(viewport_.get(),
                                static_cast<std::int32_t>(size.width),
                                static_cast<std::int32_t>(size.height));
}

void WaylandSubsurface::place_above(wl_surface* other) {
    wl_subsurface_place_above(role_.get(), other);
}

void WaylandSubsurface::commit() const {
    wl_surface_commit(surface_.get());
}

void WaylandSubsurface::hide() const {
    wl_surface_attach(surface_.get(), nullptr, 0, 0);
    commit();
}

Result<std::unique_ptr<WaylandFill>> WaylandFill::create(const WaylandConnection& connection,
                                                         std::uint32_t rgb) {
    std::unique_ptr<WaylandFill> fill(new WaylandFill);
    const auto& manager = connection.globals().single_pixel;
    if (manager) {
        fill->single_pixel_.reset(wp_single_pixel_buffer_manager_v1_create_u32_rgba_buffer(
            manager.get(), widen(rgb, 16), widen(rgb, 8), widen(rgb, 0), 0xFFFFFFFFU));
        fill->buffer_ = fill->single_pixel_.get();
        return fill;
    }
    ORIEL_TRY_ASSIGN(
        fill->image_,
        WaylandImage::create(
            connection, {kFillSide, kFillSide}, kFillSide * sizeof rgb, WL_SHM_FORMAT_XRGB8888));
    // Whole in the byte that means nothing, too: programs for screenshots take it for alpha.
    const std::uint32_t pixel = rgb | 0xFF000000U;
    for (std::size_t i = 0; i < std::size_t{kFillSide} * kFillSide; ++i) {
        std::memcpy(&fill->image_->bytes()[i * sizeof pixel], &pixel, sizeof pixel);
    }
    fill->buffer_ = fill->image_->lend();
    return fill;
}

}  // namespace oriel
