// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/result.h"
#include "relay/cursor_image.h"
#include "relay/region_fault.h"
#include "relay/session_view.h"
#include "relay/shared_bytes.h"

namespace oriel {

/// The subscriber's end of one output's cursor stream.
///
/// Trust: everything read is hostile; sizes are checked before anything is allocated, and the most
/// that is allocated is a picture of abi::kMaxCursorSide squared.
class CursorReader {
  public:
    CursorReader(SharedBytes region, const SessionView& view, std::uint32_t output)
        : region_(region), view_(&view), output_(output) {}

    /// What changed since the last call. Errors: FrameInFlux (look again later), BadCursor.
    Result<CursorNews, RegionFault> read_news();

  private:
    Result<CursorImage, RegionFault> read_image(std::uint32_t serial) const;

    SharedBytes region_;
    const SessionView* view_;
    std::uint32_t output_;
    std::uint64_t seen_generation_ = 0;
    std::uint32_t seen_serial_ = 0;
};

}  // namespace oriel
