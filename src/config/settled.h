// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/config_file.h"
#include "config/setting.h"

namespace oriel {

/// Where a value came from.
struct Origin {
    enum class From : std::uint8_t { Default, File, Environment, CommandLine };

    From from = From::Default;
    std::string place;  ///< The file's path, or the variable's name.
    std::uint32_t line = 0;

    /// "command line", "environment: ORIEL_MODE", "/home/.../config.toml:4", "default".
    std::string text() const;
};

struct SettledValue {
    std::string name;
    Setting::Kind kind;
    Setting::Counts counts;
    std::string value;
    Origin origin;
};

/// All the options of one command, in the order of their table.
class Settled {
  public:
    explicit Settled(std::vector<SettledValue> values) : values_(std::move(values)) {}

    const std::vector<SettledValue>& values() const { return values_; }

    /// `name` is in the table.
    const std::string& operator[](std::string_view name) const;

    bool is_true(std::string_view flag) const { return (*this)[flag] == "true"; }

    /// What has another value in `other`, with that value.
    std::vector<SettledValue> changed_in(const Settled& other) const;

  private:
    std::vector<SettledValue> values_;
};

/// What was typed: by the option's name.
using Typed = std::map<std::string, std::string, std::less<>>;

/// A variable of the environment; nullptr or "": it is not set.
using Environment = std::function<const char*(const char* variable)>;

/// What is in force: the command line before the environment, before the file's section for `vm`,
/// before its general one, before the default.
/// Errors: as the settings' checks, for what was typed or stands in the environment.
Result<Settled> settle(const CommandSettings& command,
                       const Typed& typed,
                       const ConfigFile& file,
                       std::string_view vm,
                       const Environment& environment);

/// TOML that a configuration file may hold as it is, each value with its origin behind it.
std::string settled_toml(const CommandSettings& command,
                         const std::string& vm,
                         const Settled& settled);

/// One JSON object a line: "key", "value", "from", and where there is one "file" and "line", or
/// "variable".
std::string settled_json_lines(const Settled& settled);

}  // namespace oriel
