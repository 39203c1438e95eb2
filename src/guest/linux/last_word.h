// SPDX-License-Identifier: MIT
#pragma once

#include "base/linux/last_will.h"
#include "base/result.h"
#include "region/region.h"

namespace oriel {

/// What is left to be said for an agent that is killed, where no broker hears of it: that its
/// session in the region has ended. Viewers would find out by its silence alone, seconds later.
/// Nothing is said while what this returns is there, nor when that ends before the agent.
///
/// Lifetime: `region` outlives it. Errors: System.
Result<LastWill> leave_last_word(Region& region);

}  // namespace oriel
