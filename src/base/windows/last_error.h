// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/error.h"

namespace oriel {

/// What the system's last call on this thread says of its failure: Error::system() with
/// GetLastError(). `action` says what we tried.
Error last_error(const std::string& action);

}  // namespace oriel
