// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "doctor/check.h"
#include "doctor/system_files.h"

namespace oriel {

/// All that `oriel-guest doctor` looks at. `display`: the X server to try; empty: none is named.
std::vector<Check> guest_checks(const SystemFiles& files, const std::string& display);

/// `oriel-guest doctor`. `display`: empty: what $DISPLAY says. Returns the exit code.
int run_guest_doctor(const std::string& display, CheckOutput output);

}  // namespace oriel
