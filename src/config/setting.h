// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace oriel {

/// One option of a command, said once: --NAME on the command line, NAME in the configuration file.
///
/// Wherever it comes from, a value is text: as it is typed behind --NAME; "true" or "false" for a
/// flag.
struct Setting {
    enum class Kind : std::uint8_t {
        Flag,    ///< In the file: true or false.
        Whole,   ///< A whole number, not negative.
        Number,  ///< A number.
        Text,    ///< A text in quotes.
    };

    /// When a change in the file counts for a viewer that runs.
    enum class Counts : std::uint8_t { FromStart, AtOnce };

    std::string name;
    // NOLINTBEGIN(readability-redundant-member-init): gcc wants them, or every field named
    Kind kind = Kind::Text;
    std::string fallback{};  ///< Where nobody says anything; empty: as if it were not there.
    std::string help{};
    char letter = '\0';      ///< -o for --output; 0: none.
    std::string variable{};  ///< In the environment; empty: none.
    Counts counts = Counts::FromStart;

    /// Errors: what is wrong with a value, and what would be right.
    std::function<Result<void>(const std::string& value)> check{};
    // NOLINTEND(readability-redundant-member-init)
};

/// The options of `oriel COMMAND`, which is the table [COMMAND] in the file.
struct CommandSettings {
    std::string command;
    std::vector<Setting> settings;
};

}  // namespace oriel
