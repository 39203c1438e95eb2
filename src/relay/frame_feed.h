// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "base/result.h"
#include "relay/frame_info.h"
#include "relay/region_fault.h"
#include "relay/shared_bytes.h"

namespace oriel {

/// A frame found in a slot, checked; its pixels still belong to the guest.
struct FoundFrame {
    FrameInfo info;
    std::uint32_t slot = 0;
    std::uint64_t generation = 0;  ///< Of the slot, when it was read.
    std::uint64_t region_offset = 0;
    SharedBytes pixels;      ///< info.geometry.bytes() long.
    std::uint64_t room = 0;  ///< Bytes of the slot from region_offset on; 0: not told.
};

/// How far a frame is written.
struct FrameProgress {
    enum class Outcome : std::uint8_t { Writing, Finished, Aborted, Gone };

    Outcome outcome = Outcome::Gone;
    std::uint32_t rows = 0;  ///< All pixels above are this frame's.
};

/// The frames of one output, as whoever shows or copies them sees them, whatever the region's
/// protocol is.
///
/// Trust: what it returns was checked; pixels are the guest's, and may change at any time.
class FrameFeed {
  public:
    enum class Wanted : std::uint8_t { Finished, Announced };

    virtual ~FrameFeed() = default;

    /// The newest frame, without a hold. Errors: NoPublisher where there is none; the first rule
    /// broken.
    virtual Result<FoundFrame, RegionFault> newest(Wanted wanted) const = 0;

    /// The slot still carries that frame.
    virtual bool is_current(const FoundFrame& frame) const = 0;

    virtual FrameProgress progress(const FoundFrame& frame) const = 0;

    /// When the last pixel was in place; only after progress() said Finished. Zero: not told.
    virtual Nanoseconds finish_time(const FoundFrame& frame) const = 0;

  protected:
    FrameFeed() = default;
    FrameFeed(const FrameFeed&) = default;
    FrameFeed& operator=(const FrameFeed&) = default;
    FrameFeed(FrameFeed&&) = default;
    FrameFeed& operator=(FrameFeed&&) = default;
};

}  // namespace oriel
