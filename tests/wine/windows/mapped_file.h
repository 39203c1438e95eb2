// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/mapped_memory.h"

namespace oriel::test {

/// A file that is there, mapped to be written. Errors: System.
Result<MappedMemory> map_file(const std::string& path);

}  // namespace oriel::test
