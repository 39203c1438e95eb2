// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace oriel {

/// What every module of ours has at its one entry point, `oriel_module`. Frozen: programs of other
/// versions read it, to say that they are of another version.
struct ModuleEntry {
    const char* version;    ///< kVersion of its build: must be the program's own, to the letter.
    const void* functions;  ///< A struct that the program knows by the module's name.
};

extern "C" {
using GetModuleEntry = const ModuleEntry* (*)();
}

/// Where NAME may be, the best place first: beside the running program, as it was built or
/// installed; then where the build was told to install it. Never in the working directory, and no
/// variable of the environment changes it.
std::vector<std::string> module_places(const std::string& name);

/// A file that is installed with our programs, or built beside them: NAME in
/// ../libexec/oriel, as seen from the running program.
std::string helper_file(const std::string& name);

/// Loads a part of Oriel that needs libraries which not everybody has: NAME.so. What it returns is
/// the module's `functions`. A module stays loaded.
///
/// Blocks: for as long as its libraries take to load. Threads: any.
/// Errors: Unsupported where it is not installed, is of another version, or lacks a library.
Result<const void*> load_module(const std::string& name);

/// The same from one file. Errors: NotFound where there is none, else Unsupported.
Result<const void*> load_module_file(const std::string& name, const std::string& path);

}  // namespace oriel
