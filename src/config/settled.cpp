// SPDX-License-Identifier: MIT
#include "config/settled.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/assert.h"

namespace oriel {
namespace {

/// What stands in a variable in a flag's place.
Result<std::string> flag_of(const std::string& text) {
    constexpr std::array kTrue = {"true", "on", "yes", "1"};
    constexpr std::array kFalse = {"false", "off", "no", "0"};
    const auto is_text = [&text](const char* word) {
        return text == word;
    };
    if (std::ranges::any_of(kTrue, is_text)) {
        return "true";
    }
    if (std::ranges::any_of(kFalse, is_text)) {
        return "false";
    }
    return Failure(Error::usage(fmt::format("'{}' is neither true nor false", text)));
}

Result<void> check(const Setting& setting, const std::string& value) {
    return setting.check ? setting.check(value) : Result<void>();
}

Result<std::string> from_environment(const Setting& setting, const char* text) {
    std::string value = text;
    if (setting.kind == Setting::Kind::Flag) {
        auto flag = flag_of(value);
        if (!flag) {
            return Failure(Error::usage(setting.variable + ": " + flag.error().message));
        }
        value = std::move(*flag);
    }
    if (auto checked = check(setting, value); !checked) {
        Error error = std::move(checked).error();
        error.message = setting.variable + ": " + error.message;
        return Failure(std::move(error));
    }
    return value;
}

Result<SettledValue> settle_one(const Setting& setting,
                                const Typed& typed,
                                const ConfigFile& file,
                                const ConfigFile::Entry* entry,
                                const Environment& environment) {
    SettledValue settled{setting.name, setting.kind, setting.counts, setting.fallback, {}};
    const char* const variable =
        setting.variable.empty() ? nullptr : environment(setting.variable.c_str());
    if (const auto found = typed.find(setting.name); found != typed.end()) {
        ORIEL_TRY(check(setting, found->second));
        settled.value = found->second;
        settled.origin = {Origin::From::CommandLine, {}, 0};
    } else if (variable != nullptr && variable[0] != '\0') {
        ORIEL_TRY_ASSIGN(settled.value, from_environment(setting, variable));
        settled.origin = {Origin::From::Environment, setting.variable, 0};
    } else if (entry != nullptr) {
        settled.value = entry->value;
        settled.origin = {Origin::From::File, file.path(), entry->line};
    }
    return settled;
}

}  // namespace

std::string Origin::text() const {
    switch (from) {
    case From::Default:
        return "default";
    case From::File:
        return fmt::format("{}:{}", place, line);
    case From::Environment:
        return "environment: " + place;
    case From::CommandLine:
        return "command line";
    }
    return "";
}

const std::string& Settled::operator[](std::string_view name) const {
    const auto found = std::ranges::find(values_, name, &SettledValue::name);
    ORIEL_ASSERT(found != values_.end());
    return found->value;
}

std::vector<SettledValue> Settled::changed_in(const Settled& other) const {
    std::vector<SettledValue> changed;
    for (const SettledValue& value : other.values_) {
        if ((*this)[value.name] != value.value) {
            changed.push_back(value);
        }
    }
    return changed;
}

Result<Settled> settle(const CommandSettings& command,
                       const Typed& typed,
                       const ConfigFile& file,
                       std::string_view vm,
                       const Environment& environment) {
    std::vector<SettledValue> values;
    for (const Setting& setting : command.settings) {
        const auto* const entry = file.find(command.command, vm, setting.name);
        ORIEL_TRY_ASSIGN(SettledValue value, settle_one(setting, typed, file, entry, environment));
        values.push_back(std::move(value));
    }
    return Settled(std::move(values));
}

}  // namespace oriel
