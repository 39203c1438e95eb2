// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "relay/geometry.h"

namespace oriel {

/// What QEMU says a machine's screen shows. Bytes are B, G, R, 255; rows are packed.
struct ScreenPicture {
    Size size;
    std::vector<std::byte> pixels;
};

/// Reads a PPM file of QEMU's making (binary, 8 bits a colour).
/// Errors: System; Protocol where it is something else, or too large to be a screen.
Result<ScreenPicture> read_ppm(const std::string& path);

}  // namespace oriel
