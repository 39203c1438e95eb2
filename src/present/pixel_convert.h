// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "relay/frame_info.h"
#include "relay/geometry.h"

namespace oriel {

/// What of the stored picture is to be seen; all of it where no crop is told.
Rect visible_part(const FrameInfo& info);

/// The size of what is to be seen, upright.
Size shown_size(const FrameInfo& info);

/// Where `stored` pixels are to be seen in the upright picture; empty where they are not.
Rect to_shown(const FrameInfo& info, const Rect& stored);

/// Its rows can be shown as they lie in memory.
inline bool is_plain(const FrameInfo& info) {
    return info.geometry.format == PixelFormat::Bgra8 && info.geometry.transform == 0;
}

/// A picture of B, G, R and one byte without meaning, rows `stride` bytes apart.
struct BgrxImage {
    std::span<std::byte> bytes;
    std::uint32_t stride = 0;
    Size size;
};

/// Turns `part` of the upright picture (see to_shown()) into BGRX8 in the same place of `target`,
/// which is as large as shown_size(). Ten bits are cut to eight. Binary16 is taken as linear with
/// the sRGB primaries (scRGB) and cut to 0..1: nothing is tone-mapped here.
///
/// Trust: any bytes will do for `pixels`; there have to be info.geometry.bytes() of them.
void convert_to_bgrx(const FrameInfo& info,
                     std::span<const std::byte> pixels,
                     const Rect& part,
                     const BgrxImage& target);

}  // namespace oriel
