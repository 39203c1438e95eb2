// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "host/machine/guest_root.h"

namespace oriel::testing_support {

/// Programs of this build for a guest's bin/, with the libraries that they need.
std::vector<GuestFile> guest_programs(const std::vector<std::string>& names);

/// Any programs and libraries of this machine, and the libraries that they need.
std::vector<GuestFile> with_libraries(std::vector<GuestFile> programs);

}  // namespace oriel::testing_support
