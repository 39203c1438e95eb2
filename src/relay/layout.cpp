// SPDX-License-Identifier: MIT
#include "relay/layout.h"

#include <algorithm>
#include <bit>
#include <string>

#include "abi/broker.h"
#include "abi/frame.h"
#include "abi/viewer.h"

namespace oriel {
namespace {

constexpr std::uint64_t kSmallCursorBytes =
    std::uint64_t{abi::kSmallCursorSide} * abi::kSmallCursorSide * 4;
constexpr std::uint64_t kLargeCursorBytes =
    std::uint64_t{abi::kMaxCursorSide} * abi::kMaxCursorSide * 4;

/// The newest frame stays in one while the next is written.
constexpr std::uint32_t kMinSlots = 2;

constexpr std::uint64_t round_up(std::uint64_t value, std::uint64_t step) {
    return (value + step - 1) / step * step;
}

/// Bytes of what a publisher writes besides pixels, page by page, cursor images last.
std::uint64_t control_size(std::size_t outputs) {
    const std::uint64_t frames = abi::kMaxSlots * sizeof(abi::FrameHeader);
    const std::uint64_t damage = std::uint64_t{abi::kDamageLog} * abi::kDamageStride;
    return 3ULL * abi::kPage + round_up(outputs * frames, abi::kPage) +
           round_up(outputs * damage, abi::kPage) + abi::kMaxViewers * abi::kAnswerStride +
           outputs * 2 * kSmallCursorBytes;
}

/// How many are asked for may be somebody else's word.
std::uint32_t slots_of(const OutputNeeds& output) {
    return std::clamp(output.slots, kMinSlots, abi::kMaxSlots);
}

/// At most 2^31 + 2^18 bytes a slot: 64 bits hold all of them.
std::uint64_t capacity_of(const OutputNeeds& output) {
    return round_up(std::max<std::uint64_t>(output.slot_bytes, 1), abi::kSlotAlignment);
}

std::uint64_t slots_size(std::span<const OutputNeeds> outputs) {
    std::uint64_t sum = 0;
    for (const OutputNeeds& output : outputs) {
        sum += slots_of(output) * capacity_of(output);
    }
    return sum;
}

/// Hands out consecutive tables from a starting point.
class TablePlacer {
  public:
    TablePlacer(RegionLayout& layout, std::uint64_t start) : layout_(layout), next_(start) {}

    void place(std::uint32_t table,
               std::uint64_t element_size,
               std::uint64_t stride,
               std::uint64_t count) {
        layout_.tables[table] = {next_,
                                 static_cast<std::uint32_t>(element_size),
                                 static_cast<std::uint32_t>(stride),
                                 static_cast<std::uint32_t>(count),
                                 0};
        next_ += round_up(stride * count, abi::kPage);
    }

    std::uint64_t next() const { return next_; }

  private:
    RegionLayout& layout_;
    std::uint64_t next_;
};

std::uint64_t place_tables(RegionLayout& layout, std::uint64_t start, std::size_t outputs) {
    TablePlacer placer(layout, start);
    placer.place(abi::kTablePublisher, sizeof(abi::PublisherInfo), abi::kPage, 1);
    placer.place(abi::kTableOutputs, sizeof(abi::Output), abi::kOutputStride, outputs);
    placer.place(abi::kTableCursors, sizeof(abi::Cursor), abi::kCursorStride, outputs);
    placer.place(abi::kTableFrames,
                 sizeof(abi::FrameHeader),
                 sizeof(abi::FrameHeader),
                 outputs * abi::kMaxSlots);
    placer.place(
        abi::kTableDamage, sizeof(abi::DamageEntry), abi::kDamageStride, outputs * abi::kDamageLog);
    placer.place(abi::kTableAnswers, sizeof(abi::AnswerPage), abi::kAnswerStride, abi::kMaxViewers);
    const std::uint64_t after = placer.next();
    const auto frozen = [&layout](std::uint32_t table,
                                  std::uint64_t from_end,
                                  std::uint64_t element_size,
                                  std::uint64_t stride,
                                  std::uint32_t count) {
        layout.tables[table] = {layout.region_size - from_end,
                                static_cast<std::uint32_t>(element_size),
                                static_cast<std::uint32_t>(stride),
                                count,
                                0};
    };
    frozen(abi::kTableViewers,
           abi::kViewersFromEnd,
           sizeof(abi::ViewerPage),
           abi::kViewerStride,
           abi::kMaxViewers);
    frozen(abi::kTableBroker, abi::kBrokerFromEnd, sizeof(abi::BrokerPage), abi::kPage, 1);
    return after;
}

void place_slots(RegionLayout& layout, std::span<const OutputNeeds> outputs) {
    std::uint64_t next = 0;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        RegionLayout::Output& output = layout.outputs[i];
        output.slot_count = slots_of(outputs[i]);
        const std::uint64_t capacity = capacity_of(outputs[i]);
        for (std::uint32_t slot = 0; slot < output.slot_count; ++slot) {
            output.slots[slot] = {next, capacity};
            next += capacity;
        }
    }
}

/// Images of the largest size lie among the slots where there is room, else small ones between
/// the tables and the frozen part.
void place_cursor_images(RegionLayout& layout,
                         std::uint64_t slots_end,
                         std::uint64_t control_start,
                         std::uint64_t small_images) {
    const std::uint64_t images = 2 * layout.outputs.size();
    const bool large = control_start - slots_end >= images * kLargeCursorBytes;
    const std::uint64_t capacity = large ? kLargeCursorBytes : kSmallCursorBytes;
    std::uint64_t next = large ? control_start - images * capacity : small_images;
    for (RegionLayout::Output& output : layout.outputs) {
        output.cursor_capacity = capacity;
        for (std::uint64_t& image : output.cursor_images) {
            image = next;
            next += capacity;
        }
    }
}

}  // namespace

std::uint64_t slot_bytes_for(const FrameGeometry& geometry) {
    return std::uint64_t{geometry.stride} * round_up(geometry.size.height, abi::kHeightAlignment);
}

std::uint32_t aligned_stride(std::uint32_t width, PixelFormat format) {
    return static_cast<std::uint32_t>(
        round_up(std::uint64_t{width} * bytes_per_pixel(format), abi::kStrideAlignment));
}

std::uint64_t needed_region_size(std::span<const OutputNeeds> outputs) {
    const std::uint64_t bytes =
        slots_size(outputs) + control_size(outputs.size()) + abi::kViewersFromEnd;
    return std::bit_ceil(std::max(bytes, abi::kMinRegionSize));
}

Result<RegionLayout> RegionLayout::make(std::uint64_t region_size,
                                        std::span<const OutputNeeds> outputs) {
    ORIEL_ASSERT(!outputs.empty() && outputs.size() <= abi::kMaxOutputs);
    const std::uint64_t slots_end = slots_size(outputs);
    const std::uint64_t control = control_size(outputs.size());
    if (!std::has_single_bit(region_size) ||
        slots_end + control + abi::kViewersFromEnd > region_size) {
        const std::uint64_t needed = needed_region_size(outputs);
        return Failure(Error::unsupported("the region of " + std::to_string(region_size >> 20U) +
                                          " MiB is too small for this screen: it needs " +
                                          std::to_string(needed >> 20U) + " MiB"));
    }
    RegionLayout layout;
    layout.region_size = region_size;
    layout.outputs.resize(outputs.size());
    const std::uint64_t control_start = region_size - abi::kViewersFromEnd - control;
    const std::uint64_t small_images = place_tables(layout, control_start, outputs.size());
    place_slots(layout, outputs);
    place_cursor_images(layout, slots_end, control_start, small_images);
    return layout;
}

}  // namespace oriel
