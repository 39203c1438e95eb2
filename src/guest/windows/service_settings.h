// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/result.h"

namespace oriel {

/// This program's own file. Errors: System.
Result<std::wstring> own_program();

/// The agent's options that an administrator left in the registry, as they stand on a command line:
/// the value `Options` (a string) of kServiceParameters. Empty where there is none.
Result<std::wstring> agent_options();

/// What the service starts: this program, `--wait`, and these options. Errors: System.
Result<std::wstring> agent_command();

}  // namespace oriel
