// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "interop/looking_glass/message_queue.h"
#include "interop/looking_glass/shared_words.h"
#include "relay/cursor_image.h"
#include "relay/frame_info.h"
#include "relay/region_fault.h"

namespace oriel::looking_glass {

/// How the pointer's positions relate to the picture: of a screen that may have been shown smaller.
struct PointerSpace {
    Size screen;   ///< The guest's desktop, as captured (before it is turned upright).
    Size picture;  ///< Likewise.
    std::uint32_t transform = 0;
};

/// Follows the pointer through its messages.
///
/// Trust: a message is copied out once and checked; a shape is at most abi::kMaxCursorSide each
/// way.
class PointerFollower {
  public:
    /// Takes one message in. Errors: PayloadOutsideRegion, BadCursor.
    Result<void, RegionFault> take(const SharedWords& memory, const Message& message);

    /// What changed since the last call.
    CursorNews news(const PointerSpace& space);

    /// Another producer: what is known is no more.
    void forget() { *this = PointerFollower(); }

  private:
    struct Seen {
        std::int32_t x = 0;  ///< Of the shape's left edge, in pixels of the guest's desktop.
        std::int32_t y = 0;
        std::int32_t hot_x = 0;
        std::int32_t hot_y = 0;
        CursorPosition::Visibility visibility = CursorPosition::Visibility::Hidden;
    };

    std::optional<Seen> seen_;  ///< Nothing before the first message.
    std::optional<CursorImage> new_image_;
    std::optional<CursorPosition> told_;
};

}  // namespace oriel::looking_glass
