// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "config/setting.h"
#include "config/settled.h"

namespace oriel {

/// One option of a command whose options are an `Options`: what it is called, and what it does.
/// A row in the command's table is all there is to a new option.
template <class Options>
struct OptionRow {
    Setting setting;

    /// Errors: Usage, naming what is wrong and what would be right.
    Result<void> (*take)(Options& options, const std::string& value);
};

template <class Options>
using OptionTable = std::vector<OptionRow<Options>>;

// What a row does: puts what `parse` makes of a value, or a flag, or the text itself into `member`.
// NOLINTBEGIN(readability-identifier-naming): parameters of templates, and values at that
template <auto member, auto parse, class Options>
Result<void> into(Options& options, const std::string& value) {
    ORIEL_TRY_ASSIGN(options.*member, parse(value));
    return {};
}

template <auto member, class Options>
Result<void> flag_into(Options& options, const std::string& value) {
    options.*member = value == "true";
    return {};
}

template <auto member, class Options>
Result<void> text_into(Options& options, const std::string& value) {
    options.*member = value;
    return {};
}

/// For a value that is only looked at.
template <auto check, class Options>
Result<void> only_if(Options& /*options*/, const std::string& value) {
    return check(value);
}

// NOLINTEND(readability-identifier-naming)

/// The table as command line and configuration file need it.
template <class Options>
CommandSettings settings_of(std::string command, const OptionTable<Options>& table) {
    CommandSettings settings{std::move(command), {}};
    for (const OptionRow<Options>& row : table) {
        settings.settings.push_back(row.setting);
        settings.settings.back().check = [take = row.take](const std::string& value) {
            Options scratch;
            return take(scratch, value);
        };
    }
    return settings;
}

template <class Options>
Result<Options> options_of(const OptionTable<Options>& table, const Settled& settled) {
    Options options;
    for (const OptionRow<Options>& row : table) {
        ORIEL_TRY(row.take(options, settled[row.setting.name]));
    }
    return options;
}

}  // namespace oriel
