// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "capture/kms/kms_device.h"
#include "relay/cursor_image.h"

namespace oriel::kms_capture {

/// Follows the cursor plane: where the pointer is and what it looks like.
class CursorFollower {
  public:
    /// Nothing: no cursor plane shows anything.
    void follow(KmsDevice& device, const std::optional<KmsPlane>& plane);

    /// The next follow() brings the shape again.
    void forget_image() { shown_.pixels.clear(); }

    /// Nothing: there was never a cursor plane in use.
    std::optional<CursorPosition> position() const { return position_; }

    std::optional<CursorImage> take_image() { return std::exchange(fresh_, std::nullopt); }

  private:
    void follow_image(const KmsPlane& plane, const MappedPixels& pixels);

    std::optional<CursorPosition> position_;
    CursorImage shown_;
    CursorImage now_;  ///< Kept for its memory.
    std::optional<CursorImage> fresh_;
};

}  // namespace oriel::kms_capture
