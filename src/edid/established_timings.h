// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "edid/video_codes.h"

namespace oriel {

/// The timings that a base block names by bits: three bytes of the first and second list, and six
/// of the third, which is in a descriptor.
/// Trust: any bits, and any number of bytes.
std::vector<VideoFormat> established_timings(std::span<const std::uint8_t> bits);
std::vector<VideoFormat> third_established_timings(std::span<const std::uint8_t> bits);

}  // namespace oriel
