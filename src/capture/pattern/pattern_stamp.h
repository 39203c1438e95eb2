// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/clock.h"
#include "relay/frame_info.h"

namespace oriel {

/// What a pattern's frame says of itself, in black and white blocks of 8x8 pixels that a program
/// and a person with a magnifier can read: number, time and a checksum of both, highest bit first,
/// from the upper left corner on.
struct PatternStamp {
    std::uint64_t frame = 0;
    Nanoseconds time{0};  ///< When it was drawn, by the drawing machine's clock.

    friend bool operator==(const PatternStamp&, const PatternStamp&) = default;
};

/// Where a stamp lies in a picture of `size`: whole rows of blocks. Empty where none fits.
Rect stamp_area(Size size);

/// Draws the part of the stamp inside `part` of a picture in PixelFormat::Bgra8.
void write_stamp(std::span<std::byte> pixels,
                 const FrameGeometry& geometry,
                 const Rect& part,
                 const PatternStamp& stamp);

/// Nothing where there is no stamp, or one that is torn or of two frames.
std::optional<PatternStamp> read_stamp(std::span<const std::byte> pixels,
                                       const FrameGeometry& geometry);

}  // namespace oriel
