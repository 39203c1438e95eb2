// SPDX-License-Identifier: MIT
#include "capture/testing/slot_ring.h"

#include <algorithm>
#include <cstring>

#include "base/assert.h"
#include "base/clock.h"
#include "base/loop_sleep.h"

namespace oriel::test {
namespace {

constexpr std::uint64_t kSlotUnit = 65536;
constexpr std::byte kUntouched{0xEE};
constexpr std::uint32_t kColourMask = 0x00FFFFFF;

constexpr Nanoseconds kNap = std::chrono::milliseconds(10);
constexpr Nanoseconds kPatience = std::chrono::seconds(2);
constexpr Nanoseconds kQuiet = std::chrono::milliseconds(60);  ///< Some pictures at 60 Hz.

std::vector<std::uint32_t> row_of(std::span<const std::byte> pixels,
                                  const FrameGeometry& geometry,
                                  std::uint32_t row) {
    std::vector<std::uint32_t> colours(geometry.size.width);
    std::memcpy(colours.data(),
                pixels.data() + std::size_t{row} * geometry.stride,
                colours.size() * sizeof(std::uint32_t));
    for (auto& colour : colours) {
        colour &= kColourMask;
    }
    return colours;
}

}  // namespace

Result<SlotRing> SlotRing::make(Source& source,
                                std::uint64_t before,
                                const MakeMemory& make_memory) {
    SlotRing ring(source, source.geometry());
    // At least one byte stays between two slots.
    ring.pitch_ = (ring.geometry_.bytes() + kSlotUnit) / kSlotUnit * kSlotUnit;
    ring.before_ = before;
    ORIEL_TRY_ASSIGN(ring.memory_, make_memory(before + ring.pitch_ * kSlots));
    std::ranges::fill(ring.memory_.memory.bytes().subspan(before), kUntouched);
    ring.stale_.assign(kSlots, Damage::whole(ring.geometry_.size));
    ORIEL_TRY(source.bind_region(ring.memory_.file, ring.memory_.memory));
    return ring;
}

CaptureTarget SlotRing::target(std::uint32_t index) {
    return {
        slot(index),
        offset_of(index),
        geometry_,
        stale_[index % kSlots],
        [this](const Damage& damage) { announced_ = damage; },
        [this](std::uint32_t rows) { rows_.push_back(rows); },
    };
}

Result<Captured> SlotRing::capture() {
    announced_.reset();
    rows_.clear();
    if (source_->slot_use() == SlotUse::AtCapture) {
        return capture_one();
    }
    if (source_->slot_use() != SlotUse::Filled) {
        ORIEL_TRY(lend(latest_ + 1));
        if (!fills_soon(kPatience)) {
            return Failure(Error::busy("nobody fills the slot"));
        }
    }
    ORIEL_TRY_ASSIGN(Captured captured, capture_one());
    ORIEL_TRY(lend(latest_ + 1));
    while (fills_soon(kQuiet)) {
        ORIEL_TRY_ASSIGN(const Captured more, capture_one());
        captured.damage.add(more.damage);
        captured.bytes_moved += more.bytes_moved;
        captured.bytes_moved_by_gpu += more.bytes_moved_by_gpu;
        ORIEL_TRY(lend(latest_ + 1));
    }
    return captured;
}

Result<Captured> SlotRing::capture_one() {
    const std::uint32_t index = (latest_ + 1) % kSlots;
    ORIEL_TRY_ASSIGN(const Captured captured, source_->capture(target(index)));
    for (auto& stale : stale_) {
        stale.add(captured.damage);
    }
    stale_[index].clear();
    latest_ = index;
    return captured;
}

/// As soon as the source wants it.
Result<void> SlotRing::lend(std::uint32_t index) {
    const Nanoseconds give_up = monotonic_now() + kPatience;
    while (source_->slot_use() == SlotUse::NotYet && monotonic_now() < give_up) {
        ORIEL_TRY(await_source());
    }
    return source_->slot_use() == SlotUse::Lent ? Result<void>()
                                                : source_->lend_slot(target(index % kSlots));
}

Result<void> SlotRing::await_source() {
    LoopSleep sleep;
    if (source_->wake_handle() != kNoHandle) {
        sleep.await(source_->wake_handle());
    }
    ORIEL_TRY(sleep.sleep(kNap));
    return source_->dispatch();
}

bool SlotRing::fills_soon(Nanoseconds limit) {
    const Nanoseconds give_up = monotonic_now() + limit;
    while (source_->slot_use() != SlotUse::Filled && monotonic_now() < give_up) {
        if (!await_source()) {
            return false;
        }
    }
    return source_->slot_use() == SlotUse::Filled;
}

bool SlotRing::differ_only_in(const Damage& damage) {
    for (std::uint32_t y = 0; y < geometry_.size.height; ++y) {
        const std::size_t row = std::size_t{y} * geometry_.stride;
        if (std::memcmp(previous().data() + row, latest().data() + row, geometry_.row_bytes()) ==
            0) {
            continue;
        }
        auto before = row_of(previous(), geometry_, y);
        const auto now = row_of(latest(), geometry_, y);
        for (const Rect& rect : damage.rects()) {
            if (y >= rect.y && y < rect.bottom()) {
                std::copy_n(now.begin() + rect.x, rect.width, before.begin() + rect.x);
            }
        }
        if (before != now) {
            return false;
        }
    }
    return true;
}

bool SlotRing::wrote_beside() const {
    for (std::uint32_t i = 0; i < kSlots; ++i) {
        const auto whole = memory_.memory.bytes().subspan(offset_of(i), pitch_);
        const auto gap = whole.subspan(geometry_.bytes());
        if (!std::ranges::all_of(gap, [](std::byte byte) { return byte == kUntouched; })) {
            return true;
        }
    }
    return false;
}

std::span<std::byte> SlotRing::slot(std::uint32_t index) const {
    return memory_.memory.bytes().subspan(offset_of(index), geometry_.bytes());
}

std::uint64_t SlotRing::offset_of(std::uint32_t index) const {
    return before_ + index % kSlots * pitch_;
}

}  // namespace oriel::test
