// SPDX-License-Identifier: MIT
#include "present/wayland/frame_source.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <wayland-client.h>

#include "base/log.h"
#include "present/pixel_convert.h"
#include "present/wayland/shm_formats.h"

namespace oriel {
namespace {

constexpr std::uint32_t kPixelBytes = 4;

Damage in_shown_pixels(const FrameInfo& info, const Damage& stored) {
    Damage shown;
    for (const Rect& rect : stored.rects()) {
        if (const Rect part = to_shown(info, rect); !part.is_empty()) {
            shown.add(part);
        }
    }
    return shown;
}

/// A crop is a smaller picture that begins later: compositors need not be able to cut.
SlotPlace place_of(const PresentFrame& frame) {
    SlotPlace place{*frame.region_offset, frame.info.geometry, frame.room};
    const Rect seen = visible_part(frame.info);
    const std::uint64_t cut = std::uint64_t{seen.y} * place.geometry.stride +
                              std::uint64_t{seen.x} * bytes_per_pixel(place.geometry.format);
    place.offset += cut;
    place.room -= std::min(cut, place.room);
    place.geometry.size = {seen.width, seen.height};
    return place;
}

}  // namespace

Result<void> WaylandFrameSource::bind_region(const UniqueFd& fd, const MappedMemory& memory) {
    slots_.bind(nullptr);
    dmabuf_.unbind();
    last_lent_.reset();
    ORIEL_TRY_ASSIGN(auto mapped, map_region_by_shm(*connection_, fd, memory));
    slots_.bind(std::move(mapped));
    return dmabuf_.bind(fd, memory.bytes().size());
}

std::string WaylandFrameSource::way() const {
    return dmabuf_.reason().empty()
               ? slots_.way()
               : fmt::format("{} (no linux-dmabuf: {})", slots_.way(), dmabuf_.reason());
}

void WaylandFrameSource::look_for_better_way() {
    if (last_lent_) {
        dmabuf_.try_with(*last_lent_);
    }
}

std::vector<std::uint64_t> WaylandFrameSource::take_released() {
    if (auto better = dmabuf_.take_way()) {
        slots_.prefer(std::move(better));
    }
    return slots_.take_released();
}

std::span<std::byte> WaylandFrameSource::copy_target(const FrameGeometry& geometry) {
    const auto format = shm_format(*connection_, geometry.format);
    if (format && geometry.transform == 0 && geometry.stride % kPixelBytes == 0) {
        copies_.set_shape({geometry.size, geometry.stride, *format});
        if (const auto image = copies_.caught_up_target()) {
            return (*image)->bytes().first(geometry.bytes());
        }
    }
    if (geometry != raw_geometry_ || raw_copy_.empty()) {
        raw_geometry_ = geometry;
        raw_copy_.assign(geometry.bytes(), std::byte{0});
    }
    return raw_copy_;
}

Result<WaylandFrameSource::Drawable> WaylandFrameSource::drawable(const PresentFrame& frame,
                                                                  const Damage& damage) {
    const FrameGeometry& geometry = frame.info.geometry;
    const bool is_all_seen = visible_part(frame.info) == Rect::of(geometry.size);
    if (is_all_seen && copies_.is_target(frame.pixels)) {
        return Drawable{copies_.finish(damage), damage, Drawable::Memory::Ours};
    }
    if (frame.region_offset && geometry.transform == 0) {
        const SlotPlace place = place_of(frame);
        if (wl_buffer* slot = slots_.lend(place, frame.token)) {
            note_lent(place);
            return Drawable{slot, in_shown_pixels(frame.info, damage), Drawable::Memory::Slot};
        }
    }
    return convert(frame, damage);
}

void WaylandFrameSource::note_lent(const SlotPlace& place) {
    last_lent_ = place;
    if (const std::string_view now = slots_.way(); now != noted_way_) {
        noted_way_ = now;
        log(LogLevel::Debug, fmt::format("slots are shown by {}", now));
    }
}

Result<WaylandFrameSource::Drawable> WaylandFrameSource::convert(const PresentFrame& frame,
                                                                 const Damage& damage) {
    const Size size = shown_size(frame.info);
    const std::uint32_t stride = size.width * kPixelBytes;
    converted_.set_shape({size, stride, WL_SHM_FORMAT_XRGB8888});
    ORIEL_TRY_ASSIGN(const auto target, converted_.target());
    const Damage changed = in_shown_pixels(frame.info, damage);
    Damage parts = target.stale;
    parts.add(changed);
    for (const Rect& part : parts.rects()) {
        convert_to_bgrx(frame.info, frame.pixels, part, {target.image->bytes(), stride, size});
    }
    return Drawable{converted_.finish(changed), changed, Drawable::Memory::Ours};
}

}  // namespace oriel
