// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "host/machine/guest_root.h"

namespace oriel::testing_support {

/// Programs of this build for a guest's bin/, with the libraries that they need.
std::vector<GuestFile> guest_programs(const std::vector<std::string>& names);

}  // namespace oriel::testing_support
