// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "base/result.h"
#include "host/machine/guest_root.h"

namespace oriel {

/// Programs and modules of this machine, and the libraries that they need, each once.
/// Errors: NotFound where one is not there.
Result<std::vector<GuestFile>> with_libraries(std::vector<GuestFile> programs);

}  // namespace oriel
