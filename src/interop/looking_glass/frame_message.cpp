// SPDX-License-Identifier: MIT
#include "interop/looking_glass/frame_message.h"

#include <algorithm>
#include <bit>
#include <optional>

#include "abi/frame.h"
#include "base/planted_fault.h"

namespace oriel::looking_glass {
namespace {

constexpr std::uint32_t kTexelOfPacked = 4;
constexpr std::uint64_t kBlocks = 2;
/// What a producer puts before the frames: two pictures of 1 MiB and more for the pointer.
constexpr std::uint64_t kBeforeBlocks = 4ULL << 20U;

std::optional<PixelFormat> format_of(std::uint32_t type) {
    switch (type) {
    case kFrameBgra:
        return PixelFormat::Bgra8;
    case kFrameRgba:
        return PixelFormat::Rgba8;
    case kFrameRgba10:
        return PixelFormat::Rgb10a2;
    case kFrameRgba16f:
        return PixelFormat::Rgba16f;
    case kFrameBgr32:
        return PixelFormat::Bgr8;
    case kFrameRgb24:
        return PixelFormat::Rgb8;
    default:
        return std::nullopt;
    }
}

bool is_side(std::uint32_t side) {
    return side >= 1 && side <= abi::kMaxSide;
}

/// What the stored image is counted in.
std::uint32_t texel_bytes(std::uint32_t type, PixelFormat format) {
    return type == kFrameBgr32 ? kTexelOfPacked : bytes_per_pixel(format);
}

ColourInfo colour_of(std::uint32_t flags) {
    ColourInfo colour;
    if ((flags & kFrameHdr) != 0) {
        colour.primaries = abi::kPrimariesBt2020;
        colour.transfer = (flags & kFramePq) != 0 ? abi::kTransferPq : abi::kTransferLinear;
    }
    return colour;
}

/// The picture's sides and rows. `rows`: of them are stored.
Result<FrameGeometry, RegionFault> geometry_of(const FrameHeader& header) {
    const bool are_sides = is_side(header.frame_width) && is_side(header.frame_height) &&
                           is_side(header.data_width) && is_side(header.data_height) &&
                           header.data_height <= header.frame_height;
    if (!are_sides) {
        return Failure(RegionFault::BadPictureSize);
    }
    const auto format = format_of(header.type);
    if (!format) {
        return Failure(RegionFault::BadFormat);
    }
    if (header.rotation > 3) {
        return Failure(RegionFault::BadTransform);
    }
    const FrameGeometry geometry{
        {header.frame_width, header.data_height}, header.pitch, *format, header.rotation};
    // At most 2^14 * 8.
    const std::uint32_t stored = header.data_width * texel_bytes(header.type, *format);
    const bool is_aligned = bytes_per_pixel(*format) == 3 || header.pitch % 4 == 0;
    if (!is_aligned || stored > header.pitch || geometry.row_bytes() > stored) {
        return Failure(RegionFault::BadStride);
    }
    return geometry;
}

/// Into `message`, of a picture with that geometry.
Result<void, RegionFault> read_damage(const FrameHeader& header, FrameMessage& message) {
    const FrameGeometry& geometry = message.info.geometry;
    if (!is_planted("looking-glass-damage") && header.damage_count > kMaxDamageRects) {
        return Failure(RegionFault::BadDamage);
    }
    message.late.add(Rect::of(geometry.size), geometry);
    for (std::uint32_t i = 0; i < header.damage_count; ++i) {
        const DamageRect& rect = header.damage[i];
        if (rect.x > header.frame_width || rect.width > header.frame_width - rect.x ||
            rect.y > header.frame_height || rect.height > header.frame_height - rect.y) {
            return Failure(RegionFault::BadDamage);
        }
        const Rect part =
            Rect{rect.x, rect.y, rect.width, rect.height}.intersected(Rect::of(geometry.size));
        message.damage.add(part);
        message.late.add(part, geometry);
    }
    return {};
}

/// Where it would not have been cut off.
std::uint64_t region_for(const FrameHeader& header) {
    const std::uint64_t block = std::uint64_t{header.frame_height} * header.pitch + header.offset;
    return std::bit_ceil(kBlocks * block + kBeforeBlocks);
}

}  // namespace

Result<FrameMessage, RegionFault> read_frame_message(const SharedWords& memory,
                                                     std::uint32_t block) {
    const auto header = memory.copy<FrameHeader>(block);
    if (!header || block < header::kUserData) {
        return Failure(RegionFault::PayloadOutsideRegion);
    }
    auto geometry = geometry_of(*header);
    if (!geometry) {
        return Failure(geometry.error());
    }
    const std::uint64_t written_at = std::uint64_t{block} + header->offset;
    const std::uint64_t pixels = written_at + 4;
    const bool is_cut =
        (header->flags & kFrameTruncated) != 0 || header->data_height < header->frame_height;
    if (header->offset < sizeof(FrameHeader) || !memory.holds(pixels, 0)) {
        return Failure(RegionFault::PixelsOutsideSlot);
    }
    // A frame that was cut off may have been said to end a little behind the region's end.
    const std::uint64_t room = (memory.size() - pixels) / header->pitch;
    if (is_cut && room >= 1) {
        geometry->size.height =
            static_cast<std::uint32_t>(std::min<std::uint64_t>(geometry->size.height, room));
    }
    if (!is_planted("looking-glass-pixels") && geometry->size.height > room) {
        return Failure(RegionFault::PixelsOutsideSlot);
    }
    FrameMessage message{.info = {},
                         .serial = header->serial,
                         .format_version = header->format_version,
                         .block = block,
                         .pixel_offset = pixels,
                         .bytes_to_come = std::uint64_t{geometry->size.height} * header->pitch,
                         .damage = {},
                         .late = {},
                         .screen = {header->screen_width, header->screen_height},
                         .whole = {header->frame_width, header->frame_height},
                         .region_needed = is_cut ? region_for(*header) : 0};
    message.info.geometry = *geometry;
    message.info.crop = Rect::of(geometry->size);
    message.info.colour = colour_of(header->flags);
    if (auto damage = read_damage(*header, message); !damage) {
        return Failure(damage.error());
    }
    return message;
}

}  // namespace oriel::looking_glass
