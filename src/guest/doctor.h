// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "doctor/check.h"

namespace oriel {

/// `oriel-guest doctor`. `display`: an X server's name; empty: what $DISPLAY says. Windows has
/// none. Returns the exit code.
int run_guest_doctor(const std::string& display, CheckOutput output);

}  // namespace oriel
