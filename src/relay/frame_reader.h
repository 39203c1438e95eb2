// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "abi/frame.h"
#include "base/result.h"
#include "relay/damage.h"
#include "relay/frame_feed.h"
#include "relay/region_fault.h"
#include "relay/session_view.h"
#include "relay/shared_bytes.h"

namespace oriel {

/// Reads one output's frame words, headers and damage log out of a region. Writes nothing.
///
/// Trust: everything read is hostile; see SharedBytes. No content can make this crash, allocate
/// or loop.
class FrameReader final : public FrameFeed {
  public:
    /// `view` must outlive the reader; `output` is below its number of outputs.
    FrameReader(SharedBytes region, const SessionView& view, std::uint32_t output)
        : region_(region), view_(&view), output_(output) {}

    /// The newest frame's sequence as claimed, 0 if there is none: cheap, for "anything new?".
    std::uint64_t claimed_sequence(Wanted wanted) const;

    Result<FoundFrame, RegionFault> newest(Wanted wanted) const override;
    bool is_current(const FoundFrame& frame) const override;
    FrameProgress progress(const FoundFrame& frame) const override;
    Nanoseconds finish_time(const FoundFrame& frame) const override;

    /// What changed after frame `since` up to `frame`: the whole picture where the log does not
    /// reach back that far or is inconsistent.
    Damage damage_since(std::uint64_t since, const FoundFrame& frame) const;

  private:
    Result<FrameInfo, RegionFault> check(const abi::FrameHeader& header,
                                         const abi::SlotPlace& place) const;
    bool add_logged(std::uint64_t sequence, const Rect& bounds, Damage& damage) const;
    std::uint64_t frame_word(Wanted wanted) const;
    std::uint64_t header_index(std::uint32_t slot) const;
    std::uint64_t header_offset(std::uint32_t slot) const;

    SharedBytes region_;
    const SessionView* view_;
    std::uint32_t output_;
};

}  // namespace oriel
