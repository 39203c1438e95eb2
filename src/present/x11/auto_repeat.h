// SPDX-License-Identifier: MIT
#pragma once

#include "present/x11/connection.h"

namespace oriel {

/// Asks the server to repeat held keys by presses alone, so that they can be told from releases
/// and new presses. Without XKB it goes on sending both. Blocks: a round trip.
void ask_for_detectable_auto_repeat(const X11Connection& connection);

}  // namespace oriel
