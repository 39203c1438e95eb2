// SPDX-License-Identifier: MIT
#pragma once

#include "base/result.h"

namespace oriel {

/// What Windows' service manager starts: the service itself.
///
/// Blocks: until the service manager stops it. Errors: Usage where somebody else started it.
Result<int> run_as_service();

}  // namespace oriel
