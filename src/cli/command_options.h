// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "config/config_file.h"
#include "config/settled.h"

namespace CLI {
class App;
}

namespace oriel {

/// Adds all settings of `command` to its parser. What is typed is put into what it returns.
std::shared_ptr<Typed> add_settings(CLI::App& parser, const CommandSettings& command);

/// What this user's configuration file says. Errors: as ConfigFile::read().
Result<ConfigFile> read_config();

/// What is in force for `vm` (a region's target as its text; empty: none in particular).
/// Errors: as settle() and ConfigFile::read().
Result<Settled> settled_for(const CommandSettings& command,
                            const Typed& typed,
                            const std::string& vm);

/// The same where the file was read already.
Result<Settled> settled_for(const CommandSettings& command,
                            const Typed& typed,
                            const std::string& vm,
                            const ConfigFile& file);

}  // namespace oriel
