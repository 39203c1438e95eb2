// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/clock.h"
#include "region/target.h"

namespace oriel {

/// What a person asked of `oriel screenshot`.
struct ScreenshotOptions {
    Target target{};
    std::string file;  ///< Empty: a name from the region's and the time; "-": standard output.
    Nanoseconds timeout = std::chrono::seconds(5);
};

/// Writes the newest picture as a PNG. Where the guest's agent rests because nobody looks, it is
/// woken by attaching for a moment as a viewer. Returns the exit code.
///
/// Once per process (it takes over the signals that end a program). Blocks: up to the timeout.
int run_screenshot(const ScreenshotOptions& options);

}  // namespace oriel
