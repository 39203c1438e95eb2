// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

#include "host/machine/screen_picture.h"

namespace oriel::testing_support {

/// Pixels of a colour: blue, green, red.
std::uint64_t count_pixels(const ScreenPicture& picture, std::array<unsigned, 3> colour);

std::uint64_t count_colours(const ScreenPicture& picture);

/// How many pixels differ; all of them where the sizes do.
std::uint64_t different_pixels(const ScreenPicture& a, const ScreenPicture& b);

}  // namespace oriel::testing_support
