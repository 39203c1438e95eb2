// SPDX-License-Identifier: MIT
#include "relay/cursor_reader.h"

#include <bit>

#include "abi/cursor.h"
#include "relay/consistent_copy.h"
#include "relay/copy_kernel.h"
#include "relay/fence.h"

namespace oriel {
namespace {

std::optional<CursorKind> kind_of(std::uint32_t code) {
    switch (code) {
    case abi::kCursorColour:
        return CursorKind::Colour;
    case abi::kCursorMasked:
        return CursorKind::Masked;
    case abi::kCursorMonochrome:
        return CursorKind::Monochrome;
    default:
        return std::nullopt;
    }
}

/// An image without pixels yet, and how many bytes they are; nothing where it makes no sense.
struct CheckedShape {
    CursorImage image;
    std::uint64_t bytes;
};

std::optional<CheckedShape> check(const abi::CursorShape& shape) {
    const auto kind = kind_of(shape.kind);
    if (!kind || shape.width < 1 || shape.width > abi::kMaxCursorSide || shape.height < 1 ||
        shape.height > abi::kMaxCursorSide || shape.hot_x >= shape.width ||
        shape.hot_y >= shape.height) {
        return std::nullopt;
    }
    const bool is_mono = *kind == CursorKind::Monochrome;
    const std::uint32_t row = is_mono ? (shape.width + 7) / 8 : shape.width * 4;
    constexpr std::uint32_t kMaxStride = abi::kMaxCursorSide * 4;
    if (shape.stride < row || shape.stride > kMaxStride) {
        return std::nullopt;
    }
    const std::uint64_t rows = std::uint64_t{shape.height} * (is_mono ? 2 : 1);
    return CheckedShape{{.kind = *kind,
                         .size = {shape.width, shape.height},
                         .stride = shape.stride,
                         .hot_x = shape.hot_x,
                         .hot_y = shape.hot_y,
                         .pixels = {}},
                        rows * shape.stride};
}

}  // namespace

Result<CursorNews, RegionFault> CursorReader::read_news() {
    const std::uint64_t place = view_->element(abi::kTableCursors, output_);
    if (region_.load(place) == seen_generation_) {
        return CursorNews{};
    }
    // ACQUIRE cursor: pairs with PUBLISH cursor in CursorWriter.
    const auto line =
        copy_consistently(region_, place, [&] { return *region_.copy<abi::CursorLine>(place); });
    if (!line) {
        return Failure(RegionFault::FrameInFlux);
    }
    CursorNews news;
    news.position = CursorPosition{line->x,
                                   line->y,
                                   line->visible != 0 ? CursorPosition::Visibility::Shown
                                                      : CursorPosition::Visibility::Hidden};
    if (line->shape_serial != seen_serial_) {
        auto image = read_image(line->shape_serial);
        if (!image) {
            return Failure(image.error());
        }
        news.image = std::move(*image);
        seen_serial_ = line->shape_serial;
    }
    seen_generation_ = line->generation;
    return news;
}

Result<CursorImage, RegionFault> CursorReader::read_image(std::uint32_t serial) const {
    const std::uint64_t place = view_->element(abi::kTableCursors, output_) +
                                offsetof(abi::Cursor, shapes) +
                                serial % 2 * sizeof(abi::CursorShape);
    const auto shape =
        copy_consistently(region_, place, [&] { return *region_.copy<abi::CursorShape>(place); });
    if (!shape || shape->serial != serial) {
        return Failure(RegionFault::FrameInFlux);
    }
    auto checked = check(*shape);
    const std::uint64_t limit = region_.size() - abi::kViewersFromEnd;
    if (!checked || shape->image_offset > limit || checked->bytes > limit - shape->image_offset) {
        return Failure(RegionFault::BadCursor);
    }
    const auto pixels = region_.slice(shape->image_offset, checked->bytes);
    checked->image.pixels.resize(static_cast<std::size_t>(checked->bytes));
    copy_rows(checked->image.pixels.data(),
              pixels->unparsed().data(),
              {checked->bytes, 1, checked->bytes, checked->bytes});
    load_fence();
    if (region_.load(place) != shape->generation) {
        return Failure(RegionFault::FrameInFlux);
    }
    return std::move(checked->image);
}

}  // namespace oriel
