// SPDX-License-Identifier: MIT
#include "capture/dxgi/pointer_shape.h"

#include <algorithm>
#include <cstdint>

#include "abi/cursor.h"

namespace oriel::dxgi_capture {
namespace {

constexpr std::uint32_t kPixelBytes = 4;

struct Layout {
    CursorKind kind;
    std::uint32_t height;  ///< Of the pointer: a monochrome shape has twice as many rows.
    std::uint32_t row_bytes;
};

std::optional<Layout> layout_of(const DXGI_OUTDUPL_POINTER_SHAPE_INFO& info) {
    switch (info.Type) {
    case DXGI_OUTDUPL_POINTER_SHAPE_TYPE_MONOCHROME:
        return Layout{CursorKind::Monochrome, info.Height / 2, (info.Width + 7) / 8};
    case DXGI_OUTDUPL_POINTER_SHAPE_TYPE_COLOR:
        return Layout{CursorKind::Colour, info.Height, info.Width * kPixelBytes};
    case DXGI_OUTDUPL_POINTER_SHAPE_TYPE_MASKED_COLOR:
        return Layout{CursorKind::Masked, info.Height, info.Width * kPixelBytes};
    default:
        return std::nullopt;
    }
}

std::uint32_t inside(LONG hot, std::uint32_t side) {
    return static_cast<std::uint32_t>(std::clamp<LONG>(hot, 0, static_cast<LONG>(side) - 1));
}

}  // namespace

std::optional<CursorImage> to_cursor_image(const DXGI_OUTDUPL_POINTER_SHAPE_INFO& info,
                                           std::span<const std::byte> bytes) {
    const auto is_side = [](std::uint32_t side) {
        return side >= 1 && side <= abi::kMaxCursorSide;
    };
    if (!is_side(info.Width) || info.Height > 2 * abi::kMaxCursorSide) {
        return std::nullopt;
    }
    const auto layout = layout_of(info);
    if (!layout || !is_side(layout->height) || info.Pitch < layout->row_bytes) {
        return std::nullopt;
    }
    const std::uint32_t rows =
        layout->kind == CursorKind::Monochrome ? 2 * layout->height : layout->height;
    if (std::uint64_t{info.Pitch} * (rows - 1) + layout->row_bytes > bytes.size()) {
        return std::nullopt;
    }
    CursorImage image{.kind = layout->kind,
                      .size = {info.Width, layout->height},
                      .stride = layout->row_bytes,
                      .hot_x = inside(info.HotSpot.x, info.Width),
                      .hot_y = inside(info.HotSpot.y, layout->height),
                      .pixels = {}};
    image.pixels.resize(std::size_t{layout->row_bytes} * rows);
    for (std::uint32_t y = 0; y < rows; ++y) {
        std::copy_n(&bytes[std::size_t{y} * info.Pitch],
                    layout->row_bytes,
                    &image.pixels[std::size_t{y} * layout->row_bytes]);
    }
    if (image.kind == CursorKind::Colour) {
        multiply_by_alpha(image.pixels);
    }
    return image;
}

}  // namespace oriel::dxgi_capture
