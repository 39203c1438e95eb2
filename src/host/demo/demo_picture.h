// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "relay/geometry.h"

namespace oriel {

/// A screenshot, decoded: 0xRRGGBB, rows packed.
struct DemoPicture {
    Size size;
    std::vector<std::uint32_t> pixels;
};

/// Decodes a PNG file. `name` is for messages. Errors: Protocol.
Result<DemoPicture> decode_png(std::span<const std::byte> file, const std::string& name);

/// Pixels that are not the same in both; all of the larger one's where the sizes differ.
std::uint64_t count_different_pixels(const DemoPicture& a, const DemoPicture& b);

std::uint64_t count_colours(const DemoPicture& picture);

}  // namespace oriel
