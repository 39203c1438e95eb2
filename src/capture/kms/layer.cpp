// SPDX-License-Identifier: MIT
#include "capture/kms/layer.h"

#include <utility>

#include <fmt/format.h>

#include "relay/copy_kernel.h"

namespace oriel::kms_capture {
namespace {

constexpr std::uint32_t kFraction = 16;

/// Rows of the copy begin on cache lines.
constexpr std::size_t kAlignment = 64;

/// A line of letters is about as high as the steps between so many rows of a usual screen.
constexpr std::uint32_t kGlanceRows = 64;

/// The framebuffer's pixel that is seen at the place's top left corner.
struct Origin {
    std::uint64_t x;
    std::uint64_t y;
};

Origin origin_of(const KmsPlane& plane, const Rect& place) {
    return {
        (plane.source_x >> kFraction) + static_cast<std::uint64_t>(std::int64_t{place.x} - plane.x),
        (plane.source_y >> kFraction) +
            static_cast<std::uint64_t>(std::int64_t{place.y} - plane.y)};
}

Damage moved(const Damage& damage, const Rect& place) {
    Damage result;
    for (Rect rect : damage.rects()) {
        rect.x += place.x;
        rect.y += place.y;
        result.add(rect);
    }
    return result;
}

}  // namespace

Layer::Layer(const KmsPlane& plane, const Rect& place, PixelLayout layout)
    : plane_(plane),
      place_(place),
      layout_(layout),
      stride_((std::size_t{place.width} * bytes_per_pixel(layout) + kAlignment - 1) / kAlignment *
              kAlignment),
      copy_(stride_ * place.height) {}

bool Layer::is_same(const KmsPlane& plane, const Rect& place, PixelLayout layout) const {
    KmsPlane like_mine = plane;
    like_mine.framebuffer = plane_.framebuffer;
    like_mine.source_x = plane_.source_x;
    like_mine.source_y = plane_.source_y;
    return like_mine == plane_ && place == place_ && layout == layout_;
}

Result<Damage> Layer::look(const KmsPlane& plane, const MappedPixels& pixels) {
    ORIEL_TRY_ASSIGN(const ComparedPixels both, compared(plane, pixels));
    if (!std::exchange(is_filled_, true)) {
        copy_rows(both.before,
                  both.now,
                  {std::size_t{place_.width} * both.bytes_per_pixel,
                   place_.height,
                   stride_,
                   pixels.stride});
        return Damage(place_);
    }
    return moved(take_changes(both), place_);
}

bool Layer::glance(const KmsPlane& plane, const MappedPixels& pixels, std::uint32_t turn) {
    const auto both = compared(plane, pixels);
    if (!both || !is_filled_) {
        return true;
    }
    const std::uint32_t step = (place_.height + kGlanceRows - 1) / kGlanceRows;
    return has_change(*both, {turn % step, step});
}

/// The part of the framebuffer that is shown, and the copy of it.
Result<ComparedPixels> Layer::compared(const KmsPlane& plane, const MappedPixels& pixels) {
    const Origin origin = origin_of(plane, place_);
    if (origin.x + place_.width > pixels.size.width ||
        origin.y + place_.height > pixels.size.height) {
        return Failure(Error::protocol(
            fmt::format("plane {} shows more than its framebuffer has", plane_.id)));
    }
    const std::uint32_t pixel_bytes = bytes_per_pixel(layout_);
    return ComparedPixels{pixels.bytes.data() + origin.y * pixels.stride + origin.x * pixel_bytes,
                          pixels.stride,
                          copy_.data(),
                          stride_,
                          {place_.width, place_.height},
                          pixel_bytes};
}

bool Layer::is_opaque() const {
    const bool is_see_through = has_alpha(layout_) && plane_.blend != KmsPlane::Blend::None;
    return !is_see_through && plane_.alpha == 0xFFFF;
}

}  // namespace oriel::kms_capture
