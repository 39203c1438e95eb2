// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "doctor/check.h"
#include "doctor/system_files.h"

namespace oriel {

/// What to try to capture; empty: none is named.
struct GuestDisplays {
    std::string x11;
    std::string wayland;
};

/// All that `oriel-guest doctor` looks at.
std::vector<Check> guest_checks(const SystemFiles& files, const GuestDisplays& displays);

/// `oriel-guest doctor`. `display`: empty: what $DISPLAY says. Returns the exit code.
int run_guest_doctor(const std::string& display, CheckOutput output);

}  // namespace oriel
