// SPDX-License-Identifier: MIT
#include "interop/looking_glass/late_bytes.h"

#include <algorithm>

namespace oriel::looking_glass {
namespace {

constexpr std::uint32_t kLineBytes = 64;

/// More than any processor has such buffers.
constexpr std::uint32_t kLines = 64;

}  // namespace

void LateBytes::add(const Rect& part, const FrameGeometry& geometry) {
    if (part.is_empty()) {
        return;
    }
    const std::uint32_t row_bytes = part.width * bytes_per_pixel(geometry.format);
    const std::uint32_t lines_in_row = std::max(row_bytes / kLineBytes, 1U);
    const std::uint32_t late = (kLines + lines_in_row - 1) / lines_in_row;
    const std::uint32_t height = std::min(late, part.height);
    area.add(Rect{part.x, part.bottom() - height, part.width, height});
    rows = std::max(rows, late);
}

void LateBytes::add(const LateBytes& other) {
    area.add(other.area);
    rows = std::max(rows, other.rows);
}

LateBytes LateBytes::unknown(Size size) {
    return {Damage::whole(size), kLines};
}

}  // namespace oriel::looking_glass
