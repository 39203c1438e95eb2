// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>

#include "base/result.h"

namespace oriel {

/// A program that is not ours.
struct NeededProgram {
    const char* program;
    const char* package;  ///< Debian's and Ubuntu's name for what brings it.
};

/// Errors: NotFound, naming what is missing and the packages that bring it.
Result<void> check_programs(std::span<const NeededProgram> needed);

/// Where `program` is in PATH; empty where it is not.
std::string find_program(const std::string& program);

/// The path of one of Oriel's programs: they lie beside the running one.
std::string program_beside(const std::string& name);

}  // namespace oriel
