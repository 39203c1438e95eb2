// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "capture/mode_setter.h"

namespace oriel {

/// Sets the mode of an X server's only monitor through RandR: one that it has, else a new one by
/// the CVT standard, where its driver takes that. Modes that it made it takes away again.
///
/// Blocks: a few round trips. Errors: as open_x11_source().
Result<std::unique_ptr<ModeSetter>> open_x11_mode_setter(const std::string& display);

}  // namespace oriel
