// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/linux/poll_loop.h"
#include "base/result.h"
#include "region/target.h"
#include "relay/frame_info.h"
#include "relay/subscriber.h"

namespace oriel {

/// A frame of our own: nobody changes it any more.
struct ScreenshotPicture {
    FrameInfo info;
    std::vector<std::byte> pixels;  ///< info.geometry.bytes()
};

/// Attaches as a viewer, so that the agent works, and takes the first picture once the agent gave a
/// sign of life: what a dead one left is no picture of the guest's screen.
/// Errors: as Region::open(); NotFound after `timeout`, saying what was missing; Busy where the
/// loop was stopped.
Result<ScreenshotPicture> wait_for_picture(PollLoop& loop,
                                           const Target& target,
                                           Nanoseconds timeout);

/// oriel-NAME-YYYYmmdd-HHMMSS.png, for the region or path `name` at local time `when`.
std::string screenshot_name(const std::string& name, const std::tm& when);

}  // namespace oriel
