// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/result.h"

namespace oriel {

/// Keeps a domain's definition before we change it, in $XDG_STATE_HOME/oriel (without that:
/// ~/.local/state/oriel), for its owner alone: there may be passwords in it. The file's path.
/// Errors: System.
Result<std::string> keep_definition(const std::string& region, const std::string& xml);

}  // namespace oriel
