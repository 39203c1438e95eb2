// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "relay/geometry.h"

namespace oriel::test {

// Both ends of the relay at full speed, each in a process of its own, of either system. Pictures
// are small, so that what is stressed is the handshake: which slot is whose.

inline constexpr Size kStressPicture{16, 8};
inline constexpr std::uint32_t kStressSlots = 4;

/// Publishes until a viewer has come and gone, or none comes. How many frames it began.
/// Blocks: until then.
std::uint64_t publish_under_stress(std::span<std::byte> region);

/// What a viewer has seen.
struct StressSight {
    std::uint64_t steps = 0;  ///< Frames taken, and frames published meanwhile.
    std::uint64_t taken = 0;
    std::uint64_t torn = 0;       ///< Pixels of another frame, when taken or when given back.
    std::uint64_t lost = 0;       ///< Holds that the publisher did not respect, with a slot free.
    std::uint64_t withdrawn = 0;  ///< Claims to a held slot that the publisher took back at once.
    std::uint64_t in_flux = 0;    ///< Frames whose slot was taken just before they were held.
};

/// "steps 12, frames taken 3, torn 0, ...": for the test, and for people.
std::string text_of(const StressSight& sight);

/// Takes frames, holds up to two at a time, and looks at each when it is taken and again before it
/// is given back, until publisher and viewer have made that many steps; fewer where none publishes.
/// Blocks: until then.
StressSight view_under_stress(std::span<std::byte> region,
                              std::uint32_t viewer,
                              std::uint64_t steps);

}  // namespace oriel::test
