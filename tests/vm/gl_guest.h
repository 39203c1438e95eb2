// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "host/machine/guest_root.h"

namespace oriel::testing_support {

/// Why this machine has no Mesa to lend to a guest; "" where it has.
std::string why_no_gl();

/// The module `egl` where oriel-guest's programs look for it, and what it needs of Mesa, which
/// draws on the CPU in there. Some 200 MB.
Result<std::vector<GuestFile>> gl_files();

}  // namespace oriel::testing_support
