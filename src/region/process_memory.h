// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <sys/types.h>

#include "base/linux/fd.h"

namespace oriel {

/// The memory file of that name (as create_sealed_memory() gave it) that a process has open, opened
/// anew; closed where it has none, or where the system does not let us look.
///
/// Trust: another process's word; check what it is.
UniqueFd memory_of_process(pid_t pid, const std::string& name);

}  // namespace oriel
