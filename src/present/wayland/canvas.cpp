// SPDX-License-Identifier: MIT
#include "present/wayland/canvas.h"

#include <viewporter-client-protocol.h>
#include <wayland-client.h>

#include "present/layer.h"

namespace oriel {
namespace {

void damage(wl_surface* surface, const Damage& changed) {
    for (const Rect& rect : changed.rects()) {
        wl_surface_damage_buffer(surface,
                                 static_cast<std::int32_t>(rect.x),
                                 static_cast<std::int32_t>(rect.y),
                                 static_cast<std::int32_t>(rect.width),
                                 static_cast<std::int32_t>(rect.height));
    }
}

}  // namespace

WaylandCanvas::WaylandCanvas(const WaylandConnection& connection, WaylandWindow& window)
    : connection_(&connection),
      window_(&window),
      stretch_(wp_viewporter_get_viewport(connection.globals().viewporter.get(), window.surface())),
      window_hints_(connection, window.surface(), vsync_) {}

void WaylandCanvas::set_vsync(Presenter::Vsync vsync) {
    vsync_ = vsync;
    window_hints_.set_vsync(vsync);
    if (part_hints_) {
        part_hints_->set_vsync(vsync);
    }
}

Viewport WaylandCanvas::wanted_viewport(Size picture) const {
    const Size window = window_->logical_size();
    if (window_->is_fitted_by(picture)) {
        return Viewport::filled(window, picture);
    }
    if (scaling_ == Scaling::Fit) {
        return Viewport(window, picture);
    }
    // Multiples are of device pixels.
    const Rect shown = Viewport(window_->device_size(), picture, scaling_).target();
    return Viewport::centred(window, picture, window_->to_logical({shown.width, shown.height}));
}

bool WaylandCanvas::lay_out(Size picture) {
    const bool is_other_picture = picture != viewport_.picture();
    viewport_ = wanted_viewport(picture);
    const auto wanted = viewport_.target() == Rect::of(viewport_.window()) ? Arrangement::Fills
                                                                           : Arrangement::Inside;
    if (wanted == arrangement_) {
        place_picture();
        return is_other_picture;
    }
    if (arrangement_ == Arrangement::Inside) {
        part_.hide();
    }
    arrangement_ = Arrangement::Black;
    return true;
}

Result<void> WaylandCanvas::make_black() {
    if (!black_) {
        ORIEL_TRY_ASSIGN(black_, WaylandFill::create(*connection_, kBarColour));
    }
    wl_surface_attach(window_->surface(), black_->buffer(), 0, 0);
    damage_whole(window_->surface());
    arrangement_ = Arrangement::Black;
    return {};
}

Result<void> WaylandCanvas::ensure_background() {
    return is_empty() ? make_black() : Result<void>{};
}

Result<void> WaylandCanvas::attach(const WaylandFrameSource::Drawable& drawable, Extent extent) {
    const bool fills = viewport_.target() == Rect::of(viewport_.window());
    if (!fills && arrangement_ != Arrangement::Inside) {
        ORIEL_TRY(make_black());
        if (!part_) {
            part_ = WaylandSubsurface(*connection_, window_->surface());
            part_.place_above(window_->surface());
            window_->add_part(part_.surface());
            part_hints_.emplace(*connection_, part_.surface(), vsync_);
        }
    }
    arrangement_ = fills ? Arrangement::Fills : Arrangement::Inside;
    wl_surface* surface = picture_surface();
    (fills ? window_hints_ : *part_hints_).prepare_frame();
    wl_surface_attach(surface, drawable.buffer, 0, 0);
    if (extent == Extent::Whole) {
        damage_whole(surface);
    } else {
        damage(surface, drawable.changed);
    }
    place_picture();
    return {};
}

wl_surface* WaylandCanvas::picture_surface() const {
    return arrangement_ == Arrangement::Inside ? part_.surface() : window_->surface();
}

void WaylandCanvas::place_picture() {
    if (arrangement_ == Arrangement::Inside) {
        const Rect& target = viewport_.target();
        part_.place(static_cast<std::int32_t>(target.x),
                    static_cast<std::int32_t>(target.y),
                    {target.width, target.height});
    }
}

bool WaylandCanvas::follow_window() {
    if (arrangement_ != Arrangement::Fills && arrangement_ != Arrangement::Inside) {
        return false;
    }
    const Rect before = viewport_.target();
    viewport_ = wanted_viewport(viewport_.picture());
    is_moved_ = is_moved_ || viewport_.target() != before;
    place_picture();
    const bool fills = viewport_.target() == Rect::of(viewport_.window());
    return fills != (arrangement_ == Arrangement::Fills);
}

bool WaylandCanvas::is_behind_window() const {
    return is_moved_ || window_->logical_size() != set_size_ || window_->is_commit_wanted();
}

void WaylandCanvas::set_size() {
    const Size size = window_->logical_size();
    if (size == set_size_) {
        return;
    }
    set_size_ = size;
    const auto width = static_cast<std::int32_t>(size.width);
    const auto height = static_cast<std::int32_t>(size.height);
    wp_viewport_set_destination(stretch_.get(), width, height);
    const WaylandOwned<wl_region> all(
        wl_compositor_create_region(connection_->globals().compositor.get()));
    wl_region_add(all.get(), 0, 0, width, height);
    wl_surface_set_opaque_region(window_->surface(), all.get());
}

void WaylandCanvas::commit() {
    is_moved_ = false;
    window_->prepare_commit();
    set_size();
    if (arrangement_ == Arrangement::Inside) {
        part_.commit();
    }
    wl_surface_commit(window_->surface());
}

}  // namespace oriel
