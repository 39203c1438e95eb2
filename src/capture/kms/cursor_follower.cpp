// SPDX-License-Identifier: MIT
#include "capture/kms/cursor_follower.h"

#include <algorithm>
#include <cstring>

#include "abi/cursor.h"

namespace oriel::kms_capture {
namespace {

constexpr std::uint32_t kFraction = 16;
constexpr std::uint32_t kPixelBytes = 4;

bool is_alike(const CursorImage& a, const CursorImage& b) {
    return a.size == b.size && a.hot_x == b.hot_x && a.hot_y == b.hot_y && a.pixels == b.pixels;
}

std::uint32_t inside(std::int32_t hot, std::uint32_t side) {
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(hot, 0, std::int64_t{side} - 1));
}

}  // namespace

void CursorFollower::follow(KmsDevice& device, const std::optional<KmsPlane>& plane) {
    if (plane) {
        // One that cannot be read is not shown; the picture is more than its pointer.
        if (const auto pixels = device.pixels(plane->framebuffer)) {
            follow_image(*plane, **pixels);
            position_ = {plane->x + static_cast<std::int32_t>(shown_.hot_x),
                         plane->y + static_cast<std::int32_t>(shown_.hot_y),
                         CursorPosition::Visibility::Shown};
            return;
        }
    }
    if (position_) {
        position_->visibility = CursorPosition::Visibility::Hidden;
    }
}

void CursorFollower::follow_image(const KmsPlane& plane, const MappedPixels& pixels) {
    const std::uint32_t left = plane.source_x >> kFraction;
    const std::uint32_t top = plane.source_y >> kFraction;
    if (left >= pixels.size.width || top >= pixels.size.height ||
        pixels.layout != PixelLayout::Ar24) {
        return;
    }
    const Size size{
        std::min({plane.source_width >> kFraction, pixels.size.width - left, abi::kMaxCursorSide}),
        std::min(
            {plane.source_height >> kFraction, pixels.size.height - top, abi::kMaxCursorSide})};
    if (size.is_empty()) {
        return;
    }
    now_.kind = CursorKind::Colour;
    now_.size = size;
    now_.stride = size.width * kPixelBytes;
    now_.hot_x = inside(plane.hot_x, size.width);
    now_.hot_y = inside(plane.hot_y, size.height);
    now_.pixels.resize(std::size_t{now_.stride} * size.height);
    for (std::uint32_t y = 0; y < size.height; ++y) {
        std::memcpy(
            now_.pixels.data() + std::size_t{y} * now_.stride,
            pixels.bytes.data() + (top + y) * pixels.stride + std::size_t{left} * kPixelBytes,
            now_.stride);
    }
    if (!is_alike(now_, shown_)) {
        shown_ = now_;
        fresh_ = now_;
    }
}

}  // namespace oriel::kms_capture
