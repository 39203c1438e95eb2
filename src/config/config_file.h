// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/setting.h"

namespace oriel {

/// What a person wrote into config.toml: [COMMAND] for all VMs, [vm.NAME.COMMAND] for one.
///
/// All of it was checked when it was read, also what the command at hand does not need: a mistake
/// is told at once, not on the day that section is used.
class ConfigFile {
  public:
    static constexpr std::size_t kMaxSize = 1U << 20U;

    struct Entry {
        std::string command;
        std::string vm;  ///< Empty: all.
        std::string name;
        std::string value;
        std::uint32_t line;
    };

    /// No file: nothing is configured.
    ConfigFile() = default;

    /// A file that is not there is an empty one, and so is an empty path.
    /// Errors: System where it cannot be read; Usage for what is wrong in it: "FILE:LINE:COLUMN:
    /// ..."
    static Result<ConfigFile> read(const std::string& path,
                                   std::span<const CommandSettings> commands);

    /// The same from its content.
    static Result<ConfigFile> parse(std::string_view content,
                                    const std::string& path,
                                    std::span<const CommandSettings> commands);

    /// What holds for `vm` (its own section before the general one); nullptr: nothing is said.
    const Entry* find(std::string_view command, std::string_view vm, std::string_view name) const;

    const std::string& path() const { return path_; }

  private:
    std::string path_;
    std::vector<Entry> entries_;
};

/// $XDG_CONFIG_HOME/oriel/config.toml, else in ~/.config; empty where there is no home either.
std::string config_path();

}  // namespace oriel
