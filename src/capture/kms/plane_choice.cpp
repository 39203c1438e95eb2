// SPDX-License-Identifier: MIT
#include "capture/kms/plane_choice.h"

#include <algorithm>

#include <drm_mode.h>
#include <fmt/format.h>

namespace oriel::kms_capture {
namespace {

constexpr std::uint32_t kFraction = 16;
constexpr std::uint32_t kFractionMask = (1U << kFraction) - 1;

bool is_scaled(const KmsPlane& plane) {
    return plane.source_width != std::uint64_t{plane.size.width} << kFraction ||
           plane.source_height != std::uint64_t{plane.size.height} << kFraction ||
           ((plane.source_x | plane.source_y) & kFractionMask) != 0;
}

/// Empty: it can be shown as it is.
std::string what_bends(const KmsPlane& plane) {
    if (plane.rotation != DRM_MODE_ROTATE_0) {
        return fmt::format("plane {} is rotated or mirrored (0x{:x})", plane.id, plane.rotation);
    }
    if (is_scaled(plane)) {
        return fmt::format("plane {} is scaled, from {}x{} to {}x{}",
                           plane.id,
                           plane.source_width / double{1U << kFraction},
                           plane.source_height / double{1U << kFraction},
                           plane.size.width,
                           plane.size.height);
    }
    return {};
}

/// From 0 on, one side: where a piece of `size` at `at` lies on `limit` pixels.
struct Extent {
    std::uint32_t begin;
    std::uint32_t end;
};

Extent clip(std::int32_t at, std::uint32_t size, std::uint32_t limit) {
    const std::int64_t begin = std::clamp<std::int64_t>(at, 0, limit);
    const std::int64_t end = std::clamp<std::int64_t>(std::int64_t{at} + size, begin, limit);
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

}  // namespace

Result<PlaneChoice> choose_planes(std::span<const KmsPlane> planes) {
    PlaneChoice choice;
    for (const KmsPlane& plane : planes) {
        if (plane.kind == KmsPlane::Kind::Cursor) {
            choice.cursor = plane;
            continue;
        }
        if (const std::string bent = what_bends(plane); !bent.empty()) {
            return Failure(
                Error::unsupported(bent + ": this version shows planes only as they are"));
        }
        choice.layers.push_back(plane);
    }
    std::ranges::stable_sort(choice.layers, [](const KmsPlane& a, const KmsPlane& b) {
        if (a.order != b.order) {
            return a.order < b.order;
        }
        // Drivers that tell no order lay overlays over the primary plane.
        return a.kind == KmsPlane::Kind::Primary && b.kind != KmsPlane::Kind::Primary;
    });
    return choice;
}

Rect visible_part(const KmsPlane& plane, Size screen) {
    const Extent across = clip(plane.x, plane.size.width, screen.width);
    const Extent down = clip(plane.y, plane.size.height, screen.height);
    return {across.begin, down.begin, across.end - across.begin, down.end - down.begin};
}

}  // namespace oriel::kms_capture
