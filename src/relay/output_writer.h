// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "abi/frame.h"
#include "abi/publisher.h"
#include "base/clock.h"
#include "base/result.h"
#include "relay/damage.h"
#include "relay/frame_info.h"
#include "relay/layout.h"
#include "relay/shared_bytes.h"
#include "relay/slot_choice.h"

namespace oriel {

/// Why there is no slot for a frame.
enum class PublishFault : std::uint8_t {
    FrameTooLarge,    ///< Needs a new epoch with larger slots, or is beyond abi::kMaxSide.
    SlotsStillShown,  ///< Just started: a viewer may still show the last epoch's slots.
    NoSlot,           ///< There is none but the newest.
};

/// A slot to write a frame into.
struct SlotLease {
    std::uint32_t slot = 0;
    std::uint64_t region_offset = 0;  ///< Of pixels[0].
    std::span<std::byte> pixels;      ///< The frame's bytes, never to be read back.
    Damage stale;                     ///< What in it is older than the newest frame.
};

/// What a frame is, besides its pixels.
struct FrameContent {
    // For GCC. NOLINTNEXTLINE(readability-redundant-member-init)
    Damage damage{};  ///< What differs from the frame before; never less.
    Nanoseconds capture_start{0};
    Nanoseconds vblank{0};
    ColourInfo colour{};
    std::uint32_t content_type = 0;
};

/// The publisher's end of one output: its ring of slots, damage log and newest frame.
class OutputWriter {
  public:
    OutputWriter(SharedBytes region, const RegionLayout& layout, std::uint32_t output);

    Result<SlotLease, PublishFault> begin(ViewerBoard& board,
                                          const FrameGeometry& geometry,
                                          Nanoseconds now);
    void announce(const FrameContent& content, Nanoseconds now);
    void rows_ready(std::uint32_t row);
    std::uint64_t finish(const FrameContent& content, Nanoseconds now);
    void abort(const Damage& touched);
    void forget_newest();

    bool is_writing() const { return current_.has_value(); }

  private:
    struct Slot {
        std::uint64_t generation = 0;
        std::uint64_t sequence = 0;
        Damage stale;
        FrameGeometry geometry;
    };

    struct Current {
        std::uint32_t slot;
        std::uint64_t sequence;
        FrameGeometry geometry;
        Damage damage;
        enum class Stage : std::uint8_t { Claimed, Announced } stage = Stage::Claimed;
    };

    std::uint64_t stale_pixels(const Slot& slot, const FrameGeometry& geometry) const;
    std::optional<std::uint32_t> claim(ViewerBoard& board,
                                       const FrameGeometry& geometry,
                                       Nanoseconds now);
    std::optional<std::uint32_t> take_barred(std::span<SlotState> slots,
                                             std::span<const SlotHold> holds);
    void void_generation(std::uint32_t slot);
    void spread_finished_damage();
    std::uint64_t header(std::uint32_t slot) const;
    void store_progress(std::uint32_t rows, std::uint32_t outcome);
    void store_header(const FrameContent& content, Nanoseconds now);
    void log_damage(std::uint64_t sequence, const Damage& damage);

    SharedBytes region_;
    const abi::Table frames_;
    const abi::Table damage_;
    const std::uint32_t output_;
    const std::uint64_t words_;  ///< Offset of abi::Output.
    const RegionLayout::Output places_;
    std::array<Slot, abi::kMaxSlots> slots_{};
    std::optional<Current> current_;
    std::optional<std::uint32_t> newest_slot_;
    FrameGeometry newest_geometry_;
    Damage finished_damage_;  ///< Of the newest frame, until the other slots are told.
    std::uint64_t sequence_ = 0;
};

}  // namespace oriel
