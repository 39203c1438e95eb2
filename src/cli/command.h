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

void add_bench(CLI::App& app, Action& action);
void add_broker(CLI::App& app, Action& action);
void add_ctl(CLI::App& app, Action& action);
void add_demo(CLI::App& app, Action& action);
void add_doctor(CLI::App& app, Action& action);
void add_edid(CLI::App& app, Action& action);
void add_screenshot(CLI::App& app, Action& action);
void add_status(CLI::App& app, Action& action);
void add_view(CLI::App& app, Action& action);
void add_vm(CLI::App& app, Action& action);

}  // namespace oriel
