// SPDX-License-Identifier: MIT
#pragma once

#include "doctor/check.h"

namespace oriel {

/// `oriel doctor`. Returns the exit code.
/// Blocks: some seconds where a QEMU does not say its version.
int run_doctor(CheckOutput output);

}  // namespace oriel
