// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "region/windows/ivshmem_choice.h"

namespace oriel {

/// The ivshmem devices of this machine whose driver runs, sorted. None is opened.
/// Errors: System; NotFound where there is none: says whether the device or its driver is missing,
/// and where to get it.
Result<std::vector<IvshmemDevice>> find_ivshmem_devices();

}  // namespace oriel
