// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/result.h"

namespace oriel {

/// All bytes of a file. Errors: System, naming it.
Result<std::string> read_whole_file(const std::string& path);

}  // namespace oriel
