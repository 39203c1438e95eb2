// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace oriel {

/// What was wrong with something a publisher wrote. Counted and shown; the frame is skipped or the
/// session dropped, the program goes on.
enum class RegionFault : std::uint8_t {
    NoPublisher,     ///< Not a fault: no magic (yet).
    OtherMajor,      ///< Another major version; see SessionView::Versions.
    UnknownFeature,  ///< Needs a reader that knows a feature we do not.
    BadRegionSize,   ///< The root names another size than the mapping's.
    BadTable,        ///< A table outside the region, misplaced, too narrow or too short.
    BadOutput,       ///< Slot count or a slot outside the region.
    BadFrameWord,    ///< Slot number out of range.
    FrameInFlux,     ///< Rewritten while we looked: take the newest again.
    BadHeaderSize,
    BadPictureSize,
    BadFormat,
    BadStride,
    BadTransform,
    BadCrop,
    PixelsOutsideSlot,
    BadCursor,
    SequenceWentBack,  ///< A snapshot was loaded: a new session.
    // Of other protocols.
    BadUserData,           ///< What the publisher says of itself makes no sense.
    BadQueue,              ///< A ring of messages outside the region, or a place outside of it.
    PayloadOutsideRegion,  ///< A message's.
    BadDamage,
};

/// "bad stride": for people.
std::string_view describe(RegionFault fault);

}  // namespace oriel
