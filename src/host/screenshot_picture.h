// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.h"
#include "base/poll_loop.h"
#include "base/result.h"
#include "region/target.h"
#include "viewer/copied_picture.h"

namespace oriel {

/// Attaches as a viewer, so that the agent works, and takes the first picture once the agent gave a
/// sign of life: what a dead one left is no picture of the guest's screen.
/// Errors: as Region::open(); NotFound after `timeout`, saying what was missing; Busy where the
/// loop was stopped.
Result<CopiedPicture> wait_for_picture(PollLoop& loop, const Target& target, Nanoseconds timeout);

}  // namespace oriel
