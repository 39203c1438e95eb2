// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/result.h"

namespace oriel {

/// Makes an empty disk image in QEMU's own format, qcow2: a machine that has one can be saved with
/// savevm. The guest never sees it. Errors: System.
Result<void> make_snapshot_disk(const std::string& path);

}  // namespace oriel
