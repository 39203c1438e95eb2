// SPDX-License-Identifier: MIT
#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "config/settled.h"

namespace oriel {
namespace {

/// JSON's strings are TOML's, but that TOML wants one control character more escaped.
std::string quoted(const std::string& text) {
    std::string json = json_text(nlohmann::json(text));
    std::string toml;
    for (const char c : json) {
        toml += c == '\x7f' ? "\\u007f" : std::string(1, c);
    }
    return toml;
}

bool is_bare(std::string_view key) {
    return !key.empty() && std::ranges::all_of(key, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
}

std::string value_text(const SettledValue& value) {
    return value.kind == Setting::Kind::Text ? quoted(value.value) : value.value;
}

/// A path may hold what a comment may not.
std::string in_a_comment(std::string text) {
    std::ranges::replace_if(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
    return text;
}

nlohmann::ordered_json json_value(const SettledValue& value) {
    if (value.kind == Setting::Kind::Text) {
        return value.value;
    }
    auto parsed = nlohmann::ordered_json::parse(value.value, nullptr, false);
    return parsed.is_discarded() ? nlohmann::ordered_json(value.value) : parsed;
}

const char* from_word(Origin::From from) {
    switch (from) {
    case Origin::From::Default:
        return "default";
    case Origin::From::File:
        return "file";
    case Origin::From::Environment:
        return "environment";
    case Origin::From::CommandLine:
        return "command-line";
    }
    return "";
}

}  // namespace

std::string settled_toml(const CommandSettings& command,
                         const std::string& vm,
                         const Settled& settled) {
    std::vector<std::string> lines;
    std::size_t width = 0;
    for (const SettledValue& value : settled.values()) {
        lines.push_back(fmt::format("{} = {}", value.name, value_text(value)));
        width = std::max(width, lines.back().size());
    }
    std::string text =
        vm.empty() ? fmt::format("[{}]\n", command.command)
                   : fmt::format("[vm.{}.{}]\n", is_bare(vm) ? vm : quoted(vm), command.command);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        text += fmt::format(
            "{:{}}  # {}\n", lines[i], width, in_a_comment(settled.values()[i].origin.text()));
    }
    return text;
}

std::string settled_json_lines(const Settled& settled) {
    std::string text;
    for (const SettledValue& value : settled.values()) {
        nlohmann::ordered_json line{{"key", value.name},
                                    {"value", json_value(value)},
                                    {"from", from_word(value.origin.from)}};
        if (value.origin.from == Origin::From::File) {
            line["file"] = value.origin.place;
            line["line"] = value.origin.line;
        } else if (value.origin.from == Origin::From::Environment) {
            line["variable"] = value.origin.place;
        }
        text += json_text(line) + "\n";
    }
    return text;
}

}  // namespace oriel
