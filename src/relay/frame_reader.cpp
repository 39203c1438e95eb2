// SPDX-License-Identifier: MIT
#include "relay/frame_reader.h"

#include <algorithm>

#include "base/planted_fault.h"
#include "relay/consistent_copy.h"
#include "relay/fence.h"

namespace oriel {
namespace {

std::optional<PixelFormat> format_of(std::uint32_t code) {
    switch (code) {
    case abi::kFormatBgra8:
        return PixelFormat::Bgra8;
    case abi::kFormatRgba8:
        return PixelFormat::Rgba8;
    case abi::kFormatRgb10a2:
        return PixelFormat::Rgb10a2;
    case abi::kFormatRgba16f:
        return PixelFormat::Rgba16f;
    default:
        return std::nullopt;
    }
}

std::size_t field_of(FrameReader::Wanted wanted) {
    return wanted == FrameReader::Wanted::Finished ? offsetof(abi::Output, newest)
                                                   : offsetof(abi::Output, announced);
}

bool is_side(std::uint32_t side) {
    return side >= 1 && side <= abi::kMaxSide;
}

Nanoseconds time_of(std::uint64_t word) {
    return Nanoseconds(static_cast<std::int64_t>(word));
}

ColourInfo colour_of(const abi::FrameHeader& header) {
    ColourInfo colour{.primaries = header.primaries,
                      .transfer = header.transfer,
                      .sdr_white_millinits = header.sdr_white_millinits,
                      .hdr_primaries = {},
                      .hdr_max_millinits = header.hdr_max_millinits,
                      .hdr_min_millinits = header.hdr_min_millinits,
                      .hdr_max_cll = header.hdr_max_cll,
                      .hdr_max_fall = header.hdr_max_fall};
    std::ranges::copy(header.hdr_primaries, colour.hdr_primaries.begin());
    return colour;
}

/// The crop, or nothing where it is not inside the picture. All zeros: the whole picture.
std::optional<Rect> crop_of(const abi::FrameHeader& header) {
    if (header.crop_width == 0 && header.crop_height == 0) {
        return Rect{0, 0, header.width, header.height};
    }
    if (header.crop_width == 0 || header.crop_height == 0 || header.crop_x >= header.width ||
        header.crop_width > header.width - header.crop_x || header.crop_y >= header.height ||
        header.crop_height > header.height - header.crop_y) {
        return std::nullopt;
    }
    return Rect{header.crop_x, header.crop_y, header.crop_width, header.crop_height};
}

}  // namespace

std::uint64_t FrameReader::header_index(std::uint32_t slot) const {
    return std::uint64_t{output_} * abi::kMaxSlots + slot;
}

std::uint64_t FrameReader::header_offset(std::uint32_t slot) const {
    return view_->element(abi::kTableFrames, header_index(slot));
}

std::uint64_t FrameReader::claimed_sequence(Wanted wanted) const {
    return frame_word(wanted) >> abi::kFrameWordSlotBits;
}

std::uint64_t FrameReader::frame_word(Wanted wanted) const {
    return *region_.load(view_->element(abi::kTableOutputs, output_) + field_of(wanted));
}

Result<FoundFrame, RegionFault> FrameReader::newest(Wanted wanted) const {
    // ACQUIRE frame: pairs with PUBLISH frame and PUBLISH announcement in OutputWriter. The value
    // is the guest's word: it may name any slot.
    const std::uint64_t word = frame_word(wanted);
    load_fence();
    const std::uint64_t sequence = word >> abi::kFrameWordSlotBits;
    if (sequence == 0) {
        return Failure(RegionFault::NoPublisher);
    }
    const auto claimed_slot =
        static_cast<std::uint32_t>(word & ((1U << abi::kFrameWordSlotBits) - 1));
    const auto& slots = view_->outputs()[output_].slots;
    if (claimed_slot >= slots.size()) {
        return Failure(RegionFault::BadFrameWord);
    }
    const abi::SlotPlace& slot = slots[claimed_slot];
    const auto header = copy_consistently(region_, header_offset(claimed_slot), [&] {
        return view_->copy_element<abi::FrameHeader>(
            region_, abi::kTableFrames, header_index(claimed_slot));
    });
    if (!header || header->sequence != sequence) {
        return Failure(RegionFault::FrameInFlux);
    }
    auto info = check(*header, slot);
    if (!info) {
        return Failure(info.error());
    }
    const auto pixels = region_.slice(header->pixel_offset, info->geometry.bytes());
    ORIEL_ASSERT(pixels);  // check() keeps it inside the slot, SessionView the slot inside.
    const std::uint64_t room = slot.capacity - (header->pixel_offset - slot.offset);
    return FoundFrame{*info, claimed_slot, header->generation, header->pixel_offset, *pixels, room};
}

Result<FrameInfo, RegionFault> FrameReader::check(const abi::FrameHeader& header,
                                                  const abi::SlotPlace& place) const {
    if (header.header_size < sizeof(abi::FrameHeader)) {
        return Failure(RegionFault::BadHeaderSize);
    }
    if (!is_side(header.width) || !is_side(header.height)) {
        return Failure(RegionFault::BadPictureSize);
    }
    const auto format = format_of(header.format);
    if (!format || header.modifier != abi::kModifierLinear) {
        return Failure(RegionFault::BadFormat);
    }
    FrameInfo info;
    info.geometry = {{header.width, header.height}, header.stride, *format, header.transform};
    if (header.stride < info.geometry.row_bytes() || header.stride % 4 != 0) {
        return Failure(RegionFault::BadStride);
    }
    if (header.transform > abi::kMaxTransform) {
        return Failure(RegionFault::BadTransform);
    }
    const auto crop = crop_of(header);
    if (!crop) {
        return Failure(RegionFault::BadCrop);
    }
    // At most 2^32 * 2^14: 64 bits hold it.
    const std::uint64_t length = info.geometry.bytes();
    const bool is_inside = header.pixel_offset >= place.offset && header.pixel_offset % 4 == 0 &&
                           header.pixel_offset - place.offset <= place.capacity &&
                           length <= place.capacity - (header.pixel_offset - place.offset);
    if (!is_planted("frame-pixels") && !is_inside) {
        return Failure(RegionFault::PixelsOutsideSlot);
    }
    info.sequence = header.sequence;
    info.crop = *crop;
    info.colour = colour_of(header);
    info.flags = header.flags;
    info.content_type =
        header.content_type <= abi::kContentGame ? header.content_type : abi::kContentUnknown;
    info.times = {time_of(header.vblank_ns),
                  time_of(header.capture_start_ns),
                  time_of(header.announce_ns),
                  time_of(header.finish_ns)};
    return info;
}

bool FrameReader::is_current(const FoundFrame& frame) const {
    load_fence();
    return *region_.load(header_offset(frame.slot)) == frame.generation;
}

FrameProgress FrameReader::progress(const FoundFrame& frame) const {
    const std::uint64_t word =
        *region_.load(header_offset(frame.slot) + offsetof(abi::FrameHeader, progress));
    load_fence();
    if (word >> 32U != (frame.generation & 0xFFFFFFFFU)) {
        return {FrameProgress::Outcome::Gone, 0};
    }
    const std::uint32_t rows =
        std::min(static_cast<std::uint32_t>(word & 0xFFFFU), frame.info.geometry.size.height);
    switch (word >> 16U & 0xFFFFU) {
    case abi::kOutcomeWriting:
        return {FrameProgress::Outcome::Writing, rows};
    case abi::kOutcomeFinished:
        return {FrameProgress::Outcome::Finished, frame.info.geometry.size.height};
    default:
        return {FrameProgress::Outcome::Aborted, 0};
    }
}

Nanoseconds FrameReader::finish_time(const FoundFrame& frame) const {
    return time_of(
        *region_.load(header_offset(frame.slot) + offsetof(abi::FrameHeader, finish_ns)));
}

Damage FrameReader::damage_since(std::uint64_t since, const FoundFrame& frame) const {
    const Rect whole = Rect::of(frame.info.geometry.size);
    const std::uint64_t until = frame.info.sequence;
    if (since == 0 || since >= until || until - since > abi::kDamageLog) {
        return Damage(whole);
    }
    Damage damage;
    for (std::uint64_t sequence = since + 1; sequence <= until; ++sequence) {
        if (!add_logged(sequence, whole, damage)) {
            return Damage(whole);
        }
    }
    return damage;
}

bool FrameReader::add_logged(std::uint64_t sequence, const Rect& bounds, Damage& damage) const {
    const std::uint64_t index =
        std::uint64_t{output_} * abi::kDamageLog + sequence % abi::kDamageLog;
    const auto copy = [&](std::size_t bytes) {
        return view_->copy_head<abi::DamageEntry>(region_, abi::kTableDamage, index, bytes);
    };
    const auto entry = copy_consistently(region_, view_->element(abi::kTableDamage, index), [&] {
        constexpr std::size_t kHead = offsetof(abi::DamageEntry, rects);
        const std::uint32_t claimed_count = std::min(copy(kHead).count, abi::kMaxDamageRects);
        return copy(kHead + claimed_count * sizeof(abi::DamageRect));
    });
    if (!entry || entry->sequence != sequence) {
        return false;
    }
    if (!is_planted("damage-count") && entry->count > abi::kMaxDamageRects) {
        return false;
    }
    Damage logged;
    for (std::uint32_t i = 0; i < entry->count; ++i) {
        const abi::DamageRect& rect = entry->rects[i];
        logged.add(Rect{rect.x, rect.y, rect.width, rect.height}.intersected(bounds));
    }
    damage.add(logged);
    return true;
}

}  // namespace oriel
