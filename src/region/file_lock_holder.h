// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/linux/fd.h"

namespace oriel {

/// Who has a flock() on that file, for a person: "oriel-guest (process 123)", or "another process"
/// where the system does not tell.
std::string file_lock_holder(const UniqueFd& file);

}  // namespace oriel
