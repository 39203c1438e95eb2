// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/result.h"

namespace oriel {

/// A function of a module of ours, from the folder for modules as seen from the running program
/// (../lib/oriel in the build, $libdir/oriel installed). Loaded once, and never unloaded.
///
/// A module exports `oriel_module_version`, the version of the sources it was built from, and is
/// refused where that is not ours: there is no stable interface between the two.
///
/// Errors: Unsupported, naming the package, where the module or a library it needs is missing.
Result<void*> module_function(const std::string& module,
                              const std::string& package,
                              const char* function);

}  // namespace oriel
