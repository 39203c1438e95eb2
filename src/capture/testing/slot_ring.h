// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "capture/source.h"
#include "capture/testing/ring_memory.h"

namespace oriel::test {

/// A region of slots that are filled one after the other and go stale as a publisher's do, for
/// tests of sources.
///
/// Lifetime: the source must outlive it.
class SlotRing {
  public:
    static constexpr std::uint32_t kSlots = 3;

    using MakeMemory = std::function<Result<RingMemory>(std::uint64_t bytes)>;

    /// Makes the region and binds the source to it. `before`: bytes in front of the first slot.
    static Result<SlotRing> make(Source& source,
                                 std::uint64_t before = 0,
                                 const MakeMemory& make_memory = RingMemory::make);

    /// Captures into the next slot. All in it that is neither stale nor about to change is right.
    /// A source that is lent its slots is lent the next one then, and what that one brings without
    /// a change counts to this capture.
    Result<Captured> capture();

    /// The last captured frame, and the one before it.
    std::span<std::byte> latest() { return slot(latest_); }

    std::span<std::byte> previous() { return slot(latest_ + kSlots - 1); }

    /// Where the next capture will go, and what is stale there.
    std::span<std::byte> next() { return slot(latest_ + 1); }

    const Damage& next_stale() const { return stale_[(latest_ + 1) % kSlots]; }

    const FrameGeometry& geometry() const { return geometry_; }

    /// Whether the last two frames are the same outside `damage`, every X byte aside.
    bool differ_only_in(const Damage& damage);

    /// Whether somebody wrote between the slots.
    bool wrote_beside() const;

    /// What the last capture announced, and the rows it said were ready.
    const std::optional<Damage>& announced() const { return announced_; }

    const std::vector<std::uint32_t>& rows() const { return rows_; }

  private:
    SlotRing(Source& source, FrameGeometry geometry) : source_(&source), geometry_(geometry) {}

    CaptureTarget target(std::uint32_t index);
    Result<Captured> capture_one();
    Result<void> lend(std::uint32_t index);
    Result<void> await_source();
    bool fills_soon(Nanoseconds limit);
    std::span<std::byte> slot(std::uint32_t index) const;
    std::uint64_t offset_of(std::uint32_t index) const;

    Source* source_;
    FrameGeometry geometry_;
    std::uint64_t before_ = 0;
    std::uint64_t pitch_ = 0;
    RingMemory memory_;
    std::vector<Damage> stale_;
    std::uint32_t latest_ = 0;
    std::optional<Damage> announced_;
    std::vector<std::uint32_t> rows_;
};

}  // namespace oriel::test
