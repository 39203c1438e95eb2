// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "relay/copy_kernel.h"

namespace oriel {

/// Those of our kernels whose instructions this CPU announces.
std::span<const CopyKernel> x86_copy_kernels();

}  // namespace oriel
