// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "base/mapped_memory.h"
#include "base/result.h"
#include "relay/publisher.h"
#include "relay/relay_subscriber.h"

namespace oriel {

inline constexpr Size kBench4k{3840, 2160};

/// A picture as sources make it, rows aligned.
FrameGeometry bench_geometry(Size size);

/// Pixels of `geometry` in memory of our own, no two alike from one `seed` to the next.
std::vector<std::byte> bench_pixels(const FrameGeometry& geometry, std::uint64_t seed);

/// What stands in a picture, in one number.
std::uint64_t checksum_of(std::span<const std::byte> pixels);

/// A region with no broker around it: memory that this process and those it forks share.
class BenchRegion {
  public:
    static constexpr std::uint32_t kSlots = 4;

    /// For one output of `geometry`. Every page of it is there already.
    static Result<BenchRegion> create(const FrameGeometry& geometry);

    std::span<std::byte> bytes() const { return memory_.bytes(); }

  private:
    explicit BenchRegion(MappedMemory memory) : memory_(std::move(memory)) {}

    MappedMemory memory_;
};

/// Publishes `geometry` on output 0 of `region`.
Result<Publisher> start_bench_publisher(std::span<std::byte> region, const FrameGeometry& geometry);

/// Copies the damage of `held` to `to` as a viewer does that copies. False where the frame was
/// lost on the way.
bool copy_frame(const RelaySubscriber& subscriber, const HeldFrame& held, std::span<std::byte> to);

}  // namespace oriel
