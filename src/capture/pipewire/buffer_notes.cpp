// SPDX-License-Identifier: MIT
#include "capture/pipewire/buffer_notes.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include <spa/buffer/meta.h>
#include <spa/param/video/raw.h>

#include "abi/cursor.h"
#include "abi/frame.h"

namespace oriel::pipewire_capture {
namespace {

/// A T of a metadata's `index`-th place, copied; nothing where there is none.
template <class T>
std::optional<T> copy_meta(const spa_buffer& buffer, std::uint32_t type, std::size_t index = 0) {
    const spa_meta* const meta = spa_buffer_find_meta(&buffer, type);
    if (meta == nullptr || meta->data == nullptr || meta->size / sizeof(T) <= index) {
        return std::nullopt;
    }
    T value{};
    std::memcpy(&value, static_cast<const std::byte*>(meta->data) + index * sizeof(T), sizeof(T));
    return value;
}

/// As a region of ours; cut to the picture.
Rect rect_of(const spa_region& region, const Rect& bounds) {
    const auto left = std::clamp<std::int64_t>(region.position.x, 0, bounds.width);
    const auto top = std::clamp<std::int64_t>(region.position.y, 0, bounds.height);
    const auto right = std::clamp<std::int64_t>(
        std::int64_t{region.position.x} + region.size.width, left, bounds.width);
    const auto bottom = std::clamp<std::int64_t>(
        std::int64_t{region.position.y} + region.size.height, top, bounds.height);
    return {static_cast<std::uint32_t>(left),
            static_cast<std::uint32_t>(top),
            static_cast<std::uint32_t>(right - left),
            static_cast<std::uint32_t>(bottom - top)};
}

bool is_valid(const spa_region& region) {
    return region.size.width != 0 && region.size.height != 0;
}

Damage read_damage(const spa_buffer& buffer, const Rect& bounds, const Rect& crop) {
    Damage damage;
    bool is_told = false;
    for (std::size_t i = 0;; ++i) {
        const auto region = copy_meta<spa_meta_region>(buffer, SPA_META_VideoDamage, i);
        if (!region || !is_valid(region->region)) {
            break;
        }
        is_told = true;
        Rect rect = rect_of(region->region, bounds).intersected(crop);
        rect.x -= rect.is_empty() ? 0 : crop.x;
        rect.y -= rect.is_empty() ? 0 : crop.y;
        if (!rect.is_empty()) {
            damage.add(rect);
        }
    }
    return is_told ? damage : Damage::whole({crop.width, crop.height});
}

/// Where the four bytes of a pixel are in B, G, R, A; false: not a format for cursors.
bool channel_order(std::uint32_t format, std::array<std::size_t, 4>& order) {
    switch (format) {
    case SPA_VIDEO_FORMAT_BGRA:
        order = {0, 1, 2, 3};
        return true;
    case SPA_VIDEO_FORMAT_RGBA:
        order = {2, 1, 0, 3};
        return true;
    case SPA_VIDEO_FORMAT_ARGB:
        order = {3, 2, 1, 0};
        return true;
    case SPA_VIDEO_FORMAT_ABGR:
        order = {1, 2, 3, 0};
        return true;
    default:
        return false;
    }
}

/// `from`: what is left of the metadata from the bitmap on. Nothing where it is not all there, has
/// a format that we do not know or is larger than a pointer can be.
std::optional<CursorImage> read_bitmap(std::span<const std::byte> from,
                                       const spa_meta_bitmap& bitmap,
                                       const spa_point& hot) {
    std::array<std::size_t, 4> order{};
    const Size size{bitmap.size.width, bitmap.size.height};
    if (size.width > abi::kMaxCursorSide || size.height > abi::kMaxCursorSide ||
        bitmap.stride < static_cast<std::int32_t>(size.width * 4) ||
        bitmap.offset < sizeof(spa_meta_bitmap) || !channel_order(bitmap.format, order)) {
        return std::nullopt;
    }
    const auto stride = static_cast<std::uint64_t>(bitmap.stride);
    const std::uint64_t length = stride * (size.height - 1) + std::uint64_t{size.width} * 4;
    if (bitmap.offset > from.size() || length > from.size() - bitmap.offset) {
        return std::nullopt;
    }
    CursorImage image;
    image.size = size;
    image.stride = size.width * 4;
    image.hot_x = std::min(static_cast<std::uint32_t>(std::max(hot.x, 0)), size.width - 1);
    image.hot_y = std::min(static_cast<std::uint32_t>(std::max(hot.y, 0)), size.height - 1);
    image.pixels.resize(std::uint64_t{image.stride} * size.height);
    for (std::uint64_t y = 0; y < size.height; ++y) {
        const std::byte* row = from.data() + bitmap.offset + y * stride;
        std::byte* to = image.pixels.data() + y * image.stride;
        for (std::uint64_t i = 0; i < image.stride; ++i) {
            to[i] = row[(i & ~std::uint64_t{3}) + order[i & 3]];
        }
    }
    return image;
}

}  // namespace

PictureNotes read_picture_notes(const spa_buffer& buffer, Size size) {
    PictureNotes notes;
    const Rect bounds = Rect::of(size);
    notes.crop = bounds;
    if (const auto crop = copy_meta<spa_meta_region>(buffer, SPA_META_VideoCrop);
        crop && is_valid(crop->region)) {
        const Rect part = rect_of(crop->region, bounds);
        notes.crop = part.is_empty() ? bounds : part;
    }
    notes.damage = read_damage(buffer, bounds, notes.crop);
    if (const auto transform = copy_meta<spa_meta_videotransform>(buffer, SPA_META_VideoTransform);
        transform && transform->transform <= abi::kMaxTransform) {
        notes.transform = transform->transform;
    }
    if (const auto header = copy_meta<spa_meta_header>(buffer, SPA_META_Header)) {
        notes.is_corrupted = (header->flags & SPA_META_HEADER_FLAG_CORRUPTED) != 0;
    }
    return notes;
}

std::optional<CursorNotes> read_cursor_notes(const spa_buffer& buffer) {
    const auto cursor = copy_meta<spa_meta_cursor>(buffer, SPA_META_Cursor);
    if (!cursor) {
        return std::nullopt;
    }
    CursorNotes notes;
    if (cursor->id == 0) {
        return notes;
    }
    notes.position = {cursor->position.x, cursor->position.y, CursorPosition::Visibility::Shown};
    const spa_meta* const meta = spa_buffer_find_meta(&buffer, SPA_META_Cursor);
    if (meta == nullptr) {
        return notes;
    }
    const std::span<const std::byte> all(static_cast<const std::byte*>(meta->data), meta->size);
    const std::uint32_t offset = cursor->bitmap_offset;
    if (offset < sizeof(spa_meta_cursor) || offset > all.size() ||
        all.size() - offset < sizeof(spa_meta_bitmap)) {
        return notes;
    }
    spa_meta_bitmap bitmap{};
    std::memcpy(&bitmap, all.data() + offset, sizeof(bitmap));
    if (bitmap.format == 0) {
        return notes;
    }
    if (bitmap.offset == 0 || bitmap.size.width == 0 || bitmap.size.height == 0) {
        notes.is_shapeless = true;
        return notes;
    }
    notes.image = read_bitmap(all.subspan(offset), bitmap, cursor->hotspot);
    return notes;
}

}  // namespace oriel::pipewire_capture
