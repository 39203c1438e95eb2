// SPDX-License-Identifier: MIT
#include "capture/dxgi/slot_writer.h"

#include "relay/copy_kernel.h"

namespace oriel::dxgi_capture {

std::uint64_t copy_parts(const std::byte* from,
                         std::uint32_t row_pitch,
                         const FrameGeometry& geometry,
                         std::span<const Rect> parts,
                         std::span<std::byte> slot) {
    const std::size_t pixel = bytes_per_pixel(geometry.format);
    std::uint64_t bytes = 0;
    for (const Rect& part : parts) {
        const std::size_t column = part.x * pixel;
        copy_rows(slot.data() + std::size_t{part.y} * geometry.stride + column,
                  from + std::size_t{part.y} * row_pitch + column,
                  {part.width * pixel, part.height, geometry.stride, row_pitch});
        bytes += part.area() * pixel;
    }
    return bytes;
}

}  // namespace oriel::dxgi_capture
