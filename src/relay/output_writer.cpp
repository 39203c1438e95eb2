// SPDX-License-Identifier: MIT
#include "relay/output_writer.h"

#include <algorithm>

#include "relay/fence.h"

namespace oriel {
namespace {

std::uint32_t abi_format(PixelFormat format) {
    switch (format) {
    case PixelFormat::Bgra8:
        return abi::kFormatBgra8;
    case PixelFormat::Rgba8:
        return abi::kFormatRgba8;
    case PixelFormat::Rgb10a2:
        return abi::kFormatRgb10a2;
    case PixelFormat::Rgba16f:
        return abi::kFormatRgba16f;
    case PixelFormat::Bgr8:
    case PixelFormat::Rgb8:
        break;
    }
    ORIEL_ASSERT(bytes_per_pixel(format) != 3);  // Other protocols'.
    return 0;
}

std::uint64_t count_of(Nanoseconds time) {
    return static_cast<std::uint64_t>(time.count());
}

std::uint64_t frame_word(std::uint64_t sequence, std::uint32_t slot) {
    return sequence << abi::kFrameWordSlotBits | slot;
}

}  // namespace

OutputWriter::OutputWriter(SharedBytes region, const RegionLayout& layout, std::uint32_t output)
    : region_(region),
      frames_(layout.tables[abi::kTableFrames]),
      damage_(layout.tables[abi::kTableDamage]),
      output_(output),
      words_(layout.element(abi::kTableOutputs, output)),
      places_(layout.outputs[output]) {}

std::uint64_t OutputWriter::header(std::uint32_t slot) const {
    return frames_.offset + (std::uint64_t{output_} * abi::kMaxSlots + slot) * frames_.stride;
}

/// Pixels of `slot` that a frame of `geometry` has to bring up to date.
std::uint64_t OutputWriter::stale_pixels(const Slot& slot, const FrameGeometry& geometry) const {
    return slot.geometry == geometry && newest_geometry_ == geometry ? slot.stale.area()
                                                                     : geometry.size.area();
}

std::optional<std::uint32_t> OutputWriter::claim(ViewerBoard& board,
                                                 const FrameGeometry& geometry,
                                                 Nanoseconds now) {
    std::array<SlotState, abi::kMaxSlots> states{};
    for (std::uint32_t slot = 0; slot < places_.slot_count; ++slot) {
        states[slot] = {slots_[slot].generation,
                        slots_[slot].sequence,
                        slot == newest_slot_ ? SlotState::Rank::Newest : SlotState::Rank::Usable,
                        stale_pixels(slots_[slot], geometry)};
    }
    const std::span usable(states.data(), places_.slot_count);
    auto holds = board.holds(output_, now);
    while (const auto choice = choose_slot(usable, holds.all())) {
        if (choice->claim == SlotChoice::Claim::Taken) {
            void_generation(choice->slot);
            return choice->slot;
        }
        const std::uint64_t generation = slots_[choice->slot].generation;
        void_generation(choice->slot);
        holds = board.holds(output_, now);
        if (!is_held(choice->slot, generation, holds.all())) {
            return choice->slot;
        }
        region_.store(header(choice->slot), generation);
        store_fence();
        states[choice->slot].rank = SlotState::Rank::Barred;
    }
    return take_barred(usable, holds.all());
}

/// Each free slot was held the moment we reached for it: then its holder loses it, by the usual
/// order. A publisher never waits.
std::optional<std::uint32_t> OutputWriter::take_barred(std::span<SlotState> slots,
                                                       std::span<const SlotHold> holds) {
    for (SlotState& state : slots) {
        if (state.rank == SlotState::Rank::Barred) {
            state.rank = SlotState::Rank::Usable;
        }
    }
    const auto choice = choose_slot(slots, holds);
    if (!choice) {
        return std::nullopt;
    }
    void_generation(choice->slot);
    return choice->slot;
}

/// CLAIM slot: store, full fence; loads of the holds come after it. Pairs with HOLD slot in
/// Subscriber: whichever of the two comes second sees the other.
void OutputWriter::void_generation(std::uint32_t slot) {
    region_.store(header(slot), slots_[slot].generation + 1);
    full_fence();
}

/// Every slot but the newest one misses what the last finished frame changed. Done late, since the
/// viewers are woken right after a frame.
void OutputWriter::spread_finished_damage() {
    for (std::uint32_t slot = 0; slot < places_.slot_count; ++slot) {
        if (slot == newest_slot_) {
            slots_[slot].stale.clear();
        } else {
            slots_[slot].stale.add(finished_damage_);
        }
    }
    finished_damage_.clear();
}

Result<SlotLease, PublishFault> OutputWriter::begin(ViewerBoard& board,
                                                    const FrameGeometry& geometry,
                                                    Nanoseconds now) {
    if (current_) {
        abort(Damage::whole(current_->geometry.size));
    }
    ORIEL_ASSERT(geometry.stride >= geometry.row_bytes() && geometry.stride % 4 == 0 &&
                 geometry.transform <= abi::kMaxTransform);
    if (geometry.size.is_empty() || geometry.size.width > abi::kMaxSide ||
        geometry.size.height > abi::kMaxSide || geometry.bytes() > places_.slots[0].capacity) {
        return Failure(PublishFault::FrameTooLarge);
    }
    spread_finished_damage();
    const auto slot = claim(board, geometry, now);
    if (!slot) {
        return Failure(PublishFault::NoSlot);
    }
    Slot& taken = slots_[*slot];
    if (taken.geometry != geometry || newest_geometry_ != geometry) {
        // Pixels of another shape say nothing, nor does damage against such a frame.
        taken.geometry = geometry;
        taken.stale = Damage::whole(geometry.size);
    }
    taken.stale.clip(Rect::of(geometry.size));
    current_ = Current{*slot, sequence_ + 1, geometry, {}};
    const std::uint64_t offset = places_.slots[*slot].offset;
    const auto pixels = region_.slice(offset, geometry.bytes());
    ORIEL_ASSERT(pixels);
    return SlotLease{*slot, offset, pixels->unparsed(), taken.stale};
}

void OutputWriter::store_header(const FrameContent& content, Nanoseconds now) {
    ORIEL_ASSERT(current_);
    const Slot& slot = slots_[current_->slot];
    const FrameGeometry& geometry = current_->geometry;
    abi::FrameHeader words{};
    words.generation = slot.generation + 1;
    words.sequence = current_->sequence;
    words.pixel_offset = places_.slots[current_->slot].offset;
    words.modifier = abi::kModifierLinear;
    words.width = geometry.size.width;
    words.height = geometry.size.height;
    words.stride = geometry.stride;
    words.format = abi_format(geometry.format);
    words.transform = geometry.transform;
    words.content_type = content.content_type;
    words.header_size = sizeof(abi::FrameHeader);
    words.crop_width = geometry.size.width;
    words.crop_height = geometry.size.height;
    words.primaries = content.colour.primaries;
    words.transfer = content.colour.transfer;
    words.sdr_white_millinits = content.colour.sdr_white_millinits;
    std::ranges::copy(content.colour.hdr_primaries, words.hdr_primaries);
    words.hdr_max_millinits = content.colour.hdr_max_millinits;
    words.hdr_min_millinits = content.colour.hdr_min_millinits;
    words.hdr_max_cll = content.colour.hdr_max_cll;
    words.hdr_max_fall = content.colour.hdr_max_fall;
    words.vblank_ns = count_of(content.vblank);
    words.capture_start_ns = count_of(content.capture_start);
    words.announce_ns = count_of(now);
    words.clock_id = 1;
    region_.store(header(current_->slot), words);
}

void OutputWriter::store_progress(std::uint32_t rows, std::uint32_t outcome) {
    ORIEL_ASSERT(current_);
    const std::uint64_t generation = slots_[current_->slot].generation;
    region_.store(header(current_->slot) + offsetof(abi::FrameHeader, progress),
                  std::uint64_t{rows} | std::uint64_t{outcome} << 16U | generation << 32U);
}

void OutputWriter::log_damage(std::uint64_t sequence, const Damage& damage) {
    const std::uint64_t entry =
        damage_.offset +
        (std::uint64_t{output_} * abi::kDamageLog + sequence % abi::kDamageLog) * damage_.stride;
    // The sequence is the generation's source: odd while writing, then even, never twice the same.
    region_.store(entry, 2 * sequence - 1);
    store_fence();
    region_.store(entry + offsetof(abi::DamageEntry, sequence), sequence);
    region_.store(entry + offsetof(abi::DamageEntry, count),
                  static_cast<std::uint64_t>(damage.rects().size()));
    std::uint64_t place = entry + offsetof(abi::DamageEntry, rects);
    for (const Rect& rect : damage.rects()) {
        region_.store(place,
                      abi::DamageRect{static_cast<std::uint16_t>(rect.x),
                                      static_cast<std::uint16_t>(rect.y),
                                      static_cast<std::uint16_t>(rect.width),
                                      static_cast<std::uint16_t>(rect.height)});
        place += sizeof(abi::DamageRect);
    }
    store_fence();
    region_.store(entry, 2 * sequence);
}

void OutputWriter::announce(const FrameContent& content, Nanoseconds now) {
    ORIEL_ASSERT(current_ && current_->stage == Current::Stage::Claimed);
    current_->stage = Current::Stage::Announced;
    current_->damage = current_->geometry == newest_geometry_
                           ? content.damage
                           : Damage::whole(current_->geometry.size);
    current_->damage.clip(Rect::of(current_->geometry.size));
    Slot& slot = slots_[current_->slot];
    store_header(content, now);
    log_damage(current_->sequence, current_->damage);
    store_fence();
    slot.generation += 2;
    store_progress(0, abi::kOutcomeWriting);
    region_.store(header(current_->slot), slot.generation);
    store_fence();
    // PUBLISH announcement: the header is whole. Pairs with ACQUIRE frame in FrameReader.
    region_.store(words_ + offsetof(abi::Output, announced),
                  frame_word(current_->sequence, current_->slot));
    store_fence();
}

void OutputWriter::rows_ready(std::uint32_t row) {
    if (current_ && current_->stage == Current::Stage::Announced) {
        store_fence();
        store_progress(std::min(row, current_->geometry.size.height), abi::kOutcomeWriting);
        // Write-combined, it would otherwise stay behind until the next one.
        store_fence();
    }
}

std::uint64_t OutputWriter::finish(const FrameContent& content, Nanoseconds now) {
    ORIEL_ASSERT(current_);
    if (current_->stage == Current::Stage::Claimed) {
        announce(content, now);
    }
    region_.store(header(current_->slot) + offsetof(abi::FrameHeader, finish_ns), count_of(now));
    store_fence();
    store_progress(current_->geometry.size.height, abi::kOutcomeFinished);
    store_fence();
    // PUBLISH frame: every pixel and word of it is visible. Pairs with ACQUIRE frame.
    region_.store(words_ + offsetof(abi::Output, newest),
                  frame_word(current_->sequence, current_->slot));
    store_fence();

    finished_damage_ = current_->damage;
    slots_[current_->slot].sequence = current_->sequence;
    newest_slot_ = current_->slot;
    newest_geometry_ = current_->geometry;
    sequence_ = current_->sequence;
    current_.reset();
    return sequence_;
}

void OutputWriter::abort(const Damage& touched) {
    if (!current_) {
        return;
    }
    Slot& slot = slots_[current_->slot];
    slot.stale.add(touched);
    slot.sequence = current_->sequence;
    if (current_->stage == Current::Stage::Announced) {
        // Its sequence was seen: it is used up, and what it was to change stays to be told.
        store_progress(0, abi::kOutcomeAborted);
        sequence_ = current_->sequence;
        slot.stale.add(current_->damage);
    } else {
        // Nobody saw it. The old frame's header is void, since its pixels may be overwritten.
        slot.generation += 2;
        region_.store(header(current_->slot) + offsetof(abi::FrameHeader, sequence),
                      std::uint64_t{0});
        store_fence();
        region_.store(header(current_->slot), slot.generation);
    }
    store_fence();
    current_.reset();
}

void OutputWriter::forget_newest() {
    if (current_) {
        abort(Damage::whole(current_->geometry.size));
    }
    region_.store(words_ + offsetof(abi::Output, newest), std::uint64_t{0});
    region_.store(words_ + offsetof(abi::Output, announced), std::uint64_t{0});
    store_fence();
}

}  // namespace oriel
