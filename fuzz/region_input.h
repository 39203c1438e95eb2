// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "abi/broker.h"
#include "relay/publisher.h"
#include "relay/test_region.h"

namespace oriel {

/// A fuzzer's input as numbers; zeros once it has run out.
class FuzzInput {
  public:
    explicit FuzzInput(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

    bool is_empty() const { return rest_.empty(); }

    template <class T>
    T take() {
        T value{};
        const std::size_t size = std::min(sizeof(T), rest_.size());
        if (size > 0) {  // memcpy() wants a pointer also for nothing
            std::memcpy(&value, rest_.data(), size);
        }
        rest_ = rest_.subspan(size);
        return value;
    }

    std::uint32_t below(std::uint32_t limit) { return take<std::uint8_t>() % limit; }

  private:
    std::span<const std::uint8_t> rest_;
};

/// Some words of a region that a patch may name.
struct FuzzPart {
    std::uint64_t offset;
    std::uint32_t words;
};

/// A word to be changed, and how. It takes five to eleven bytes of input.
struct FuzzPatch {
    std::uint64_t place;
    std::uint32_t kind;
    std::uint64_t value;

    static FuzzPatch read(FuzzInput& input, std::span<const FuzzPart> parts) {
        const FuzzPart& part = parts[input.take<std::uint8_t>() % parts.size()];
        const std::uint64_t word = input.take<std::uint16_t>() % part.words;
        const std::uint64_t place = part.offset + word * sizeof(std::uint64_t);
        const std::uint32_t kind = input.below(7);
        const std::uint64_t value = kind == 0  ? input.take<std::uint64_t>()
                                    : kind < 3 ? input.take<std::uint32_t>()
                                               : input.take<std::uint16_t>();
        return {place, kind, value};
    }

    std::uint64_t applied_to(std::uint64_t old) const {
        constexpr std::uint64_t kLow = 0xFFFFFFFF;
        switch (kind) {
        case 0:
            return value;
        case 1:
            return (old & ~kLow) | (value & kLow);
        case 2:
            return (old & kLow) | value << 32U;
        case 3:
            return old ^ 1ULL << value % 64;
        case 4:
            return (old & ~kLow) | ((old + value) & kLow);
        case 5:
            return old + (value << 32U);
        default:
            return value % 2 == 0 ? value : ~value;
        }
    }

    void apply(TestRegion& region) const {
        region.put(place, applied_to(region.get<std::uint64_t>(place)));
    }
};

/// A region with a publisher that has published some frames and a cursor; each reset() brings back
/// both as they were then.
class FuzzRegion {
  public:
    static constexpr std::uint32_t kSlots = 3;

    FuzzRegion() : fresh_(region_.publish(kSlots)) {
        publish_frame(fresh_);
        publish_frame(fresh_, Damage(Rect{1, 2, 3, 4}));
        publish_frame(fresh_, Damage(Rect{9, 9, 9, 9}));
        CursorImage image{.size = {16, 16}, .stride = 64, .pixels = std::vector<std::byte>(1024)};
        fresh_.cursor(0).set_image(image, Nanoseconds(1));
        fresh_.cursor(0).set_position({3, 4, CursorPosition::Visibility::Shown}, Nanoseconds(2));
        snapshot_.assign(region_.bytes().begin(), region_.bytes().end());
    }

    /// Everything but pixels, of frames and cursors, is as it was at first.
    Publisher reset() {
        const RegionLayout& layout = fresh_.layout();
        const std::uint64_t tables = layout.element(abi::kTablePublisher, 0);
        const std::uint64_t tables_end = layout.element(abi::kTableAnswers, abi::kMaxViewers);
        restore(tables, tables_end);
        restore(region_.viewer(0), region_.size());
        return fresh_;
    }

    TestRegion& region() { return region_; }

    /// What a hostile publisher would spoil; answers to viewer 0 among them.
    std::vector<FuzzPart> publishers_parts() {
        const RegionLayout& layout = fresh_.layout();
        return {
            {region_.root(), sizeof(abi::Root) / 8},
            {layout.element(abi::kTablePublisher, 0), 16},
            {layout.element(abi::kTableOutputs, 0), sizeof(abi::Output) / 8},
            {layout.element(abi::kTableCursors, 0), sizeof(abi::Cursor) / 8},
            {layout.element(abi::kTableFrames, 0), kSlots * sizeof(abi::FrameHeader) / 8},
            {layout.element(abi::kTableDamage, 2), 5},
            {layout.element(abi::kTableDamage, 3), 5},
            {layout.element(abi::kTableAnswers, 0), 8},
            {layout.element(abi::kTableAnswers, 0) + abi::kPage, 16},
            {region_.broker(), 12},
        };
    }

    /// What hostile viewers would spoil.
    std::vector<FuzzPart> viewers_parts() {
        std::vector<FuzzPart> parts;
        for (std::uint32_t viewer = 0; viewer < 3; ++viewer) {
            parts.push_back({region_.viewer(viewer), sizeof(abi::ViewerPage) / 8});
            parts.push_back({region_.viewer(viewer) + abi::kPage, 16});
        }
        return parts;
    }

  private:
    void restore(std::uint64_t from, std::uint64_t to) {
        std::memcpy(region_.bytes().data() + from, snapshot_.data() + from, to - from);
    }

    TestRegion region_;
    Publisher fresh_;
    std::vector<std::byte> snapshot_;
};

}  // namespace oriel
