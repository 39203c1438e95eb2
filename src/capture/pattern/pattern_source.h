// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "capture/pattern/pattern_options.h"
#include "capture/source.h"

namespace oriel {

/// A screen nobody has: a moving picture whose every frame can be told and checked, see
/// pattern_picture.h and pattern_stamp.h. Frames are numbered 1, 2, 3... as they are captured;
/// a tick that nobody captured in time is skipped without taking a number.
std::unique_ptr<Source> make_pattern_source(const PatternOptions& options);

}  // namespace oriel
