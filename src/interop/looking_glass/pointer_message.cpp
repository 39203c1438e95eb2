// SPDX-License-Identifier: MIT
#include "interop/looking_glass/pointer_message.h"

#include <algorithm>
#include <array>
#include <utility>

#include "abi/cursor.h"
#include "base/planted_fault.h"

namespace oriel::looking_glass {
namespace {

constexpr std::uint32_t kPixel = 4;

/// What a shape's numbers say, once they make sense.
struct ShapeLayout {
    CursorKind kind;
    Size size;
    std::uint32_t row_bytes;
    std::uint32_t rows;
};

std::optional<ShapeLayout> layout_of(const PointerHeader& header) {
    switch (header.type) {
    case kShapeColour:
        return ShapeLayout{CursorKind::Colour,
                           {header.width, header.height},
                           header.width * kPixel,
                           header.height};
    case kShapeMasked:
        return ShapeLayout{CursorKind::Masked,
                           {header.width, header.height},
                           header.width * kPixel,
                           header.height};
    case kShapeMonochrome:
        return ShapeLayout{CursorKind::Monochrome,
                           {header.width, header.height / 2},
                           header.width / 8 + (header.width % 8 != 0 ? 1 : 0),
                           header.height};
    default:
        return std::nullopt;
    }
}

bool is_side(std::uint32_t side) {
    return side >= 1 && side <= abi::kMaxCursorSide;
}

bool makes_sense(const PointerHeader& header) {
    const auto layout = layout_of(header);
    const bool is_halved = header.type == kShapeMonochrome;
    return layout && is_side(layout->size.width) && is_side(layout->size.height) &&
           (!is_halved || header.height % 2 == 0) && header.pitch >= layout->row_bytes &&
           std::uint64_t{header.pitch} * header.height <= kMaxShapeBytes;
}

std::uint32_t inside(std::int32_t hot, std::uint32_t side) {
    return static_cast<std::uint32_t>(std::clamp(hot, 0, static_cast<std::int32_t>(side) - 1));
}

std::int32_t scaled(std::int32_t position, std::uint32_t screen, std::uint32_t picture) {
    if (screen == 0 || screen == picture) {
        return position;
    }
    return static_cast<std::int32_t>(std::int64_t{position} * picture / screen);
}

Size upright(Size size, std::uint32_t transform) {
    return (transform & 1U) != 0 ? Size{size.height, size.width} : size;
}

Result<CursorImage, RegionFault> read_shape(const SharedWords& memory,
                                            std::uint64_t offset,
                                            const PointerHeader& header) {
    if (!is_planted("looking-glass-cursor") && !makes_sense(header)) {
        return Failure(RegionFault::BadCursor);
    }
    const auto layout = layout_of(header);
    if (!layout) {
        return Failure(RegionFault::BadCursor);
    }
    CursorImage image{.kind = layout->kind,
                      .size = layout->size,
                      .stride = layout->row_bytes,
                      .hot_x = inside(header.hot_x, layout->size.width),
                      .hot_y = inside(header.hot_y, layout->size.height),
                      .pixels = {}};
    std::vector<std::byte> rows(std::size_t{header.pitch} * layout->rows);
    if (!memory.copy_out(offset, rows)) {
        return Failure(RegionFault::PayloadOutsideRegion);
    }
    image.pixels.resize(std::size_t{layout->row_bytes} * layout->rows);
    for (std::uint32_t y = 0; y < layout->rows; ++y) {
        std::copy_n(&rows[std::size_t{y} * header.pitch],
                    layout->row_bytes,
                    &image.pixels[std::size_t{y} * layout->row_bytes]);
    }
    if (image.kind == CursorKind::Colour) {
        multiply_by_alpha(image.pixels);
    }
    return image;
}

}  // namespace

Result<void, RegionFault> PointerFollower::take(const SharedWords& memory, const Message& message) {
    const auto header = memory.copy<PointerHeader>(message.offset);
    if (!header || message.offset < header::kUserData) {
        return Failure(RegionFault::PayloadOutsideRegion);
    }
    Seen seen = seen_.value_or(Seen{});
    Result<void, RegionFault> shape;
    if ((message.user_data & kPointerHasShape) != 0) {
        auto image =
            read_shape(memory, std::uint64_t{message.offset} + sizeof(PointerHeader), *header);
        if (image) {
            seen.hot_x = static_cast<std::int32_t>(image->hot_x);
            seen.hot_y = static_cast<std::int32_t>(image->hot_y);
            new_image_ = std::move(*image);
        } else {
            shape = Failure(image.error());
        }
    }
    if ((message.user_data & kPointerHasPosition) != 0) {
        seen.x = header->x;
        seen.y = header->y;
    }
    seen.visibility = (message.user_data & kPointerVisible) != 0
                          ? CursorPosition::Visibility::Shown
                          : CursorPosition::Visibility::Hidden;
    seen_ = seen;
    return shape;
}

CursorNews PointerFollower::news(const PointerSpace& space) {
    CursorNews news;
    if (!seen_) {
        return news;
    }
    news.image = std::exchange(new_image_, std::nullopt);
    const Size screen = upright(space.screen, space.transform);
    const Size picture = upright(space.picture, space.transform);
    const CursorPosition now{scaled(seen_->x + seen_->hot_x, screen.width, picture.width),
                             scaled(seen_->y + seen_->hot_y, screen.height, picture.height),
                             seen_->visibility};
    if (now != told_) {
        told_ = now;
        news.position = now;
    }
    return news;
}

}  // namespace oriel::looking_glass
