// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace oriel {

/// SPICE's number of a button and its bit; zeros where it has none.
struct SpiceButton {
    int number;
    int mask;
};

SpiceButton spice_button(std::uint32_t code);

/// What SPICE is told so that the guest's pointer is on `pixel` of `size`. QEMU makes x * 32767 /
/// size of it and drops the fraction, which for x itself is just short of the pixel's left edge:
/// guests would round it down to the pixel before. For x + 1 it is just short of the right edge.
int spice_position(std::int64_t pixel, std::uint32_t size);

}  // namespace oriel
