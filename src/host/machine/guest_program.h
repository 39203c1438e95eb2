// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "host/machine/guest_root.h"

namespace oriel {

/// A program of this machine, for a guest's bin/`name`, with the libraries that it needs: as many
/// files. Errors: NotFound where there is no such program.
Result<std::vector<GuestFile>> program_for_guest(const std::string& path, const std::string& name);

}  // namespace oriel
