// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/error.h"

namespace oriel {

/// Says on stderr why a program ends. Returns the exit code for it: 2 where what was typed is
/// wrong (an ORIEL_... variable in an option's place counts as typed, other variables do not),
/// else 1.
int report_failure(const Error& error);

/// A command-line library's message as one lower-case line that names the way out.
std::string usage_line(std::string message);

}  // namespace oriel
