// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "abi/cursor.h"
#include "abi/publisher.h"
#include "abi/region.h"
#include "base/result.h"
#include "relay/frame_info.h"

namespace oriel {

/// What one output asks of a region.
struct OutputNeeds {
    std::uint64_t slot_bytes = 0;  ///< Of the largest frame in this epoch; see slot_bytes_for().
    std::uint32_t slots = 4;       ///< Brought to 2..abi::kMaxSlots.
};

/// Bytes a slot needs for such frames: the height padded to abi::kHeightAlignment rows.
std::uint64_t slot_bytes_for(const FrameGeometry& geometry);

/// A stride for sources that can choose: a multiple of abi::kStrideAlignment.
std::uint32_t aligned_stride(std::uint32_t width, PixelFormat format);

/// Where everything of an epoch lies. Slots from the region's start, what is parsed at its end.
struct RegionLayout {
    struct Output {
        std::uint32_t slot_count = 0;
        std::array<abi::SlotPlace, abi::kMaxSlots> slots{};
        std::array<std::uint64_t, 2> cursor_images{};
        std::uint64_t cursor_capacity = 0;
    };

    std::uint64_t region_size = 0;
    std::array<abi::Table, abi::kTableCount> tables{};
    std::vector<Output> outputs;

    /// Lays out `outputs` (1..abi::kMaxOutputs) in a region of `region_size` bytes.
    /// Errors: Unsupported, saying the size that would do (see needed_region_size()).
    static Result<RegionLayout> make(std::uint64_t region_size,
                                     std::span<const OutputNeeds> outputs);

    std::uint64_t element(std::uint32_t table, std::uint64_t index) const {
        return tables[table].offset + index * tables[table].stride;
    }
};

/// The smallest power of two that holds these outputs.
std::uint64_t needed_region_size(std::span<const OutputNeeds> outputs);

}  // namespace oriel
