// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "relay/frame_feed.h"
#include "relay/frame_info.h"
#include "relay/subscriber.h"

namespace oriel {

/// A frame of our own: nobody changes it any more.
struct CopiedPicture {
    FrameInfo info;
    std::vector<std::byte> pixels;  ///< info.geometry.bytes()
};

/// Copies a finished frame. Empty where the publisher took its slot meanwhile.
std::optional<CopiedPicture> copy_picture(const FrameFeed& reader, const HeldFrame& held);

}  // namespace oriel
