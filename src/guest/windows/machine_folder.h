// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/result.h"

namespace oriel {

/// %ProgramData%\Oriel, where the service's log lies; it need not be there.
Result<std::wstring> machine_folder_path();

/// The same, made where it is missing: everybody reads there, the system and administrators write.
///
/// Trust: anybody may make a folder in %ProgramData%. One that belongs to somebody else, or leads
/// elsewhere, is refused: the service would write wherever its owner wants.
/// Errors: System; Busy for a folder of somebody else's.
Result<std::wstring> make_machine_folder();

}  // namespace oriel
