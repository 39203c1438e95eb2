// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/config_file.h"

namespace oriel {

/// Reads TOML and holds it to the settings there are. Of several mistakes the first is told.
/// Errors: Usage, or as the setting's check has it, "FILE:LINE:COLUMN: " in front.
Result<std::vector<ConfigFile::Entry>> config_entries(std::string_view content,
                                                      const std::string& path,
                                                      std::span<const CommandSettings> commands);

}  // namespace oriel
