// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "config/settled.h"
#include "region/target.h"

namespace CLI {
class App;
}

namespace oriel {

/// Adds TARGET to a command.
void add_target(CLI::App& command, std::string& target);

/// The target typed, or the only one there is.
Result<Target> target_of(const std::string& text);

/// The VM whose sections of the configuration a typed target means; empty: none in particular.
std::string section_of(const std::string& typed);

struct TargetSettled {
    Target target;
    Settled settled;
};

/// The target typed, or the only one there is, and what is in force for it. What is wrong with an
/// option is told before the lack of a target.
Result<TargetSettled> settled_for_target(const CommandSettings& command,
                                         const Typed& typed,
                                         const std::string& target);

}  // namespace oriel
