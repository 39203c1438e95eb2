// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>

#include "relay/damage.h"
#include "relay/frame_feed.h"

namespace oriel {

/// Copies a frame's damage out of the region, row by row behind the publisher if it is still
/// writing: the last pixel is then here about one copy after the first was written.
///
/// Call step() until it says something else than More or Waiting; between steps that say Waiting,
/// pause a little. Damage without an order is copied in bands as rows become ready.
class FrameCopy {
  public:
    /// `to` holds the same geometry's bytes (geometry.bytes()), ours alone.
    FrameCopy(const FrameFeed& reader,
              const FoundFrame& frame,
              const Damage& damage,
              std::span<std::byte> to);

    enum class Step : std::uint8_t {
        More,      ///< Copied something.
        Waiting,   ///< The publisher has not got further yet.
        Complete,  ///< All of it, and the slot was this frame's throughout.
        Aborted,   ///< The publisher gave the frame up: `to` is a mixture inside the damage.
        Torn,      ///< The slot was taken for another frame meanwhile: likewise.
    };
    Step step();

    std::uint64_t copied_bytes() const { return copied_bytes_; }

  private:
    void copy_band(std::uint32_t from_row, std::uint32_t to_row);

    const FrameFeed& reader_;
    const FoundFrame& frame_;
    const Damage& damage_;
    std::span<std::byte> to_;
    std::uint32_t rows_done_ = 0;
    std::uint32_t last_row_;
    std::uint64_t copied_bytes_ = 0;
};

}  // namespace oriel
