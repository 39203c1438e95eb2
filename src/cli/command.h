// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include "base/result.h"

namespace CLI {
class App;
}

namespace oriel {

/// What to do once the whole line has been parsed. Returns the exit code.
using Action = std::function<Result<int>()>;

// Each adds a group of subcommands; one that is parsed sets `action`, which outlives the parser.

void add_doctor(CLI::App& app, Action& action);
void add_edid(CLI::App& app, Action& action);

}  // namespace oriel
