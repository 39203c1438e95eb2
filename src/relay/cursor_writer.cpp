// SPDX-License-Identifier: MIT
#include "relay/cursor_writer.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "abi/cursor.h"
#include "relay/copy_kernel.h"
#include "relay/fence.h"

namespace oriel {
namespace {

std::uint32_t abi_kind(CursorKind kind) {
    switch (kind) {
    case CursorKind::Colour:
        return abi::kCursorColour;
    case CursorKind::Masked:
        return abi::kCursorMasked;
    case CursorKind::Monochrome:
        return abi::kCursorMonochrome;
    }
    return abi::kCursorColour;
}

constexpr std::uint64_t kLargestBytes =
    std::uint64_t{abi::kMaxCursorSide} * abi::kMaxCursorSide * 4;

std::size_t rows_of(const CursorImage& image) {
    return std::size_t{image.size.height} * (image.kind == CursorKind::Monochrome ? 2 : 1);
}

/// The first pixel to keep so that `hot` stays inside `room` of `length`.
std::uint32_t cut_start(std::uint32_t length, std::uint32_t hot, std::uint32_t room) {
    if (length <= room) {
        return 0;
    }
    const std::uint32_t start = hot > room / 2 ? hot - room / 2 : 0;
    return std::min(start, length - room);
}

/// A cut through a colour image; larger ones of other kinds become colour first.
CursorImage cut(const CursorImage& image, std::uint32_t side) {
    const CursorImage colour = to_colour(image);
    const std::uint32_t left = cut_start(colour.size.width, colour.hot_x, side);
    const std::uint32_t top = cut_start(colour.size.height, colour.hot_y, side);
    CursorImage part{
        .kind = CursorKind::Colour,
        .size = {std::min(side, colour.size.width), std::min(side, colour.size.height)},
        .stride = std::min(side, colour.size.width) * 4,
        .hot_x = colour.hot_x - left,
        .hot_y = colour.hot_y - top,
        .pixels = {}};
    part.pixels.resize(std::size_t{part.stride} * part.size.height);
    for (std::uint32_t row = 0; row < part.size.height; ++row) {
        std::memcpy(part.pixels.data() + std::size_t{row} * part.stride,
                    colour.pixels.data() + std::size_t{top + row} * colour.stride + left * 4U,
                    part.stride);
    }
    return part;
}

}  // namespace

CursorWriter::CursorWriter(SharedBytes region, const RegionLayout& layout, std::uint32_t output)
    : region_(region),
      places_(layout.outputs[output]),
      cursor_(layout.element(abi::kTableCursors, output)) {
    abi::Cursor cursor{};
    for (std::size_t i = 0; i < 2; ++i) {
        cursor.shapes[i].image_offset = places_.cursor_images[i];
        cursor.shapes[i].capacity = places_.cursor_capacity;
    }
    region_.store(cursor_, cursor);
}

void CursorWriter::set_position(const CursorPosition& position, Nanoseconds now) {
    position_ = position;
    store_line(now);
}

void CursorWriter::set_image(const CursorImage& image, Nanoseconds now) {
    ORIEL_ASSERT(!image.size.is_empty() && image.hot_x < image.size.width &&
                 image.hot_y < image.size.height &&
                 image.pixels.size() == image.stride * rows_of(image));
    const std::uint32_t side =
        places_.cursor_capacity >= kLargestBytes ? abi::kMaxCursorSide : abi::kSmallCursorSide;
    const bool fits =
        image.pixels.size() <= places_.cursor_capacity && image.size.width <= abi::kMaxCursorSide &&
        image.size.height <= abi::kMaxCursorSide && image.stride <= abi::kMaxCursorSide * 4;
    const CursorImage kept = fits ? image : cut(image, side);

    const std::uint32_t serial = serial_ + 1;
    const std::size_t index = serial % 2;
    const std::uint64_t place =
        cursor_ + offsetof(abi::Cursor, shapes) + index * sizeof(abi::CursorShape);
    std::uint64_t& generation = shape_generations_[index];
    region_.store(place, generation + 1);
    store_fence();
    const auto target = region_.slice(places_.cursor_images[index], kept.pixels.size());
    ORIEL_ASSERT(target);
    copy_rows(target->unparsed().data(), kept.pixels.data(), {kept.pixels.size(), 1, 0, 0});
    region_.store(place,
                  abi::CursorShape{.generation = generation + 1,
                                   .image_offset = places_.cursor_images[index],
                                   .capacity = places_.cursor_capacity,
                                   .serial = serial,
                                   .kind = abi_kind(kept.kind),
                                   .width = kept.size.width,
                                   .height = kept.size.height,
                                   .stride = kept.stride,
                                   .hot_x = kept.hot_x,
                                   .hot_y = kept.hot_y,
                                   .reserved = {}});
    store_fence();
    generation += 2;
    region_.store(place, generation);
    serial_ = serial;
    store_line(now);
}

void CursorWriter::store_line(Nanoseconds now) {
    region_.store(cursor_, generation_ + 1);
    store_fence();
    region_.store(
        cursor_,
        abi::CursorLine{
            .generation = generation_ + 1,
            .x = position_.x,
            .y = position_.y,
            .visible = position_.visibility == CursorPosition::Visibility::Shown ? 1U : 0U,
            .shape_serial = serial_,
            .moved_ns = static_cast<std::uint64_t>(now.count()),
            .reserved = {}});
    store_fence();
    generation_ += 2;
    // PUBLISH cursor: the line is whole, and so was the shape it names, before it. Pairs with
    // ACQUIRE cursor in CursorReader.
    region_.store(cursor_, generation_);
    store_fence();
}

}  // namespace oriel
