// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/result.h"
#include "interop/looking_glass/late_bytes.h"
#include "interop/looking_glass/shared_words.h"
#include "interop/looking_glass/wire.h"
#include "relay/damage.h"
#include "relay/frame_info.h"
#include "relay/region_fault.h"

namespace oriel::looking_glass {

/// A frame message, checked: what is in it fits the region and is a picture of ours.
struct FrameMessage {
    FrameInfo info;            ///< Its sequence is the caller's to say.
    std::uint32_t serial = 0;  ///< +1 for each new frame; wraps.
    std::uint32_t format_version = 0;
    std::uint32_t block = 0;         ///< Where the message's header lies.
    std::uint64_t pixel_offset = 0;  ///< Where the pixels do. The count of written bytes is before.
    std::uint64_t bytes_to_come = 0;  ///< What that count is once the frame is whole.
    Damage damage;                    ///< Since the frame before; empty: not told.
    LateBytes late;                   ///< By what is told of it alone.
    Size screen;                      ///< Of the desktop that the pointer's positions are on.
    Size whole;                       ///< The picture of that desktop, with what was cut off.

    /// 0, or the bytes of a region in which the picture would not have been cut off.
    std::uint64_t region_needed = 0;
};

/// Reads the frame whose header is at `block` (the producer's word). The header is copied out once.
/// Errors: PayloadOutsideRegion, BadPictureSize, BadFormat, BadStride, BadTransform,
/// PixelsOutsideSlot, BadDamage.
Result<FrameMessage, RegionFault> read_frame_message(const SharedWords& memory,
                                                     std::uint32_t block);

}  // namespace oriel::looking_glass
