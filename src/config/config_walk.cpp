// SPDX-License-Identifier: MIT
#include "config/config_walk.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include <fmt/format.h>
// The library asserts what a file can break ("[[["), and has an error for it in the next line: that
// one is wanted. Where NDEBUG is defined, clang would be told to rely on it instead.
#undef NDEBUG
#define TOML_ASSERT(expr) static_assert(true)
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "base/nearest_word.h"

namespace oriel {
namespace {

constexpr const char* kVms = "vm";

using Settings = std::vector<Setting>;

std::vector<std::string> names_of(const Settings& settings) {
    std::vector<std::string> names;
    names.reserve(settings.size());
    for (const Setting& setting : settings) {
        names.push_back(setting.name);
    }
    return names;
}

/// What to write, for somebody who wrote something else.
const char* form_of(Setting::Kind kind) {
    switch (kind) {
    case Setting::Kind::Flag:
        return "true or false";
    case Setting::Kind::Whole:
        return "a whole number, not below 0";
    case Setting::Kind::Number:
        return "a number";
    case Setting::Kind::Text:
        return "a text in quotes";
    }
    return "";
}

const char* name_of(const toml::node& node) {
    switch (node.type()) {
    case toml::node_type::string:
        return "a text";
    case toml::node_type::integer:
        return node.as_integer()->get() < 0 ? "a negative number" : "a number";
    case toml::node_type::floating_point:
        return "a number with a point";
    case toml::node_type::boolean:
        return "true or false";
    case toml::node_type::table:
        return "a table";
    case toml::node_type::array:
        return "a list";
    default:
        return "a date or time";
    }
}

/// As it would be typed; nothing where it is of another kind.
std::optional<std::string> value_of(const toml::node& node, Setting::Kind kind) {
    switch (kind) {
    case Setting::Kind::Flag:
        if (const auto* const flag = node.as_boolean()) {
            return flag->get() ? "true" : "false";
        }
        return std::nullopt;
    case Setting::Kind::Whole:
        if (const auto* const whole = node.as_integer(); whole != nullptr && whole->get() >= 0) {
            return fmt::format("{}", whole->get());
        }
        return std::nullopt;
    case Setting::Kind::Number:
        if (const auto* const whole = node.as_integer()) {
            return fmt::format("{}", whole->get());
        }
        if (const auto* const number = node.as_floating_point()) {
            return fmt::format("{}", number->get());
        }
        return std::nullopt;
    case Setting::Kind::Text:
        if (const auto* const text = node.as_string()) {
            return text->get();
        }
        return std::nullopt;
    }
    return std::nullopt;
}

/// An option's complaint, with the key's name in front.
std::string complaint_of(const std::string& name, std::string message) {
    if (message.starts_with("--" + name)) {
        return message.substr(2);
    }
    return fmt::format("{}: {}", name, message);
}

/// The library's sentence as the middle of a line of ours.
std::string in_a_line(std::string sentence) {
    if (!sentence.empty()) {
        sentence[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(sentence[0])));
    }
    return sentence;
}

/// One reading of one file.
class Walk {
  public:
    Walk(std::string path, std::span<const CommandSettings> commands)
        : path_(std::move(path)), commands_(commands) {}

    void root(const toml::table& table) {
        sections(table, "");
        if (const toml::node* const vms = table.get(kVms)) {
            if (const auto* const named = table_at(*vms, kVms)) {
                for (const auto& [name, node] : *named) {
                    const std::string title = fmt::format("{}.{}", kVms, name.str());
                    if (const auto* const of_vm = table_at(node, title)) {
                        sections(*of_vm, std::string(name.str()));
                    }
                }
            }
        }
    }

    Result<std::vector<ConfigFile::Entry>> done() {
        if (first_) {
            return Failure(std::move(first_->error));
        }
        return std::move(entries_);
    }

    void complain(const toml::source_region& where, ErrorKind kind, const std::string& what) {
        const auto place = std::pair(where.begin.line, where.begin.column);
        if (first_ && first_->place <= place) {
            return;
        }
        std::string line = fmt::format("{}:{}:{}: {}", path_, place.first, place.second, what);
        // A name in the file may hold anything.
        std::ranges::replace_if(
            line, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
        first_ = Complaint{place, Error{kind, 0, std::move(line)}};
    }

  private:
    struct Complaint {
        std::pair<toml::source_index, toml::source_index> place;
        Error error;
    };

    const toml::table* table_at(const toml::node& node, const std::string& title) {
        const auto* const table = node.as_table();
        if (table == nullptr) {
            complain(node.source(),
                     ErrorKind::Usage,
                     fmt::format("'{}' is a section: write [{}] on a line of its own",
                                 title,
                                 title == kVms ? "vm.NAME.view" : title));
        }
        return table;
    }

    /// The [COMMAND] tables of `vm`; of all, where it is empty.
    void sections(const toml::table& table, const std::string& vm) {
        for (const auto& [key, node] : table) {
            const auto command = std::ranges::find(commands_, key.str(), &CommandSettings::command);
            if (command != commands_.end()) {
                const std::string prefix = vm.empty() ? "" : fmt::format("{}.{}.", kVms, vm);
                if (const auto* const section = table_at(node, prefix + command->command)) {
                    keys(*section, *command, vm);
                }
            } else if (key.str() != kVms || !vm.empty()) {
                unknown_section(key, vm);
            }
        }
    }

    void unknown_section(const toml::key& key, const std::string& vm) {
        std::vector<std::string> known;
        for (const CommandSettings& command : commands_) {
            known.push_back(command.command);
        }
        if (vm.empty()) {
            known.emplace_back(kVms);
        }
        complain(key.source(),
                 ErrorKind::Usage,
                 fmt::format("there is no section '{}'{}; the nearest is '{}'",
                             key.str(),
                             vm.empty() ? "" : fmt::format(" for the VM '{}'", vm),
                             nearest_word(key.str(), known)));
    }

    void keys(const toml::table& section, const CommandSettings& command, const std::string& vm) {
        for (const auto& [key, node] : section) {
            const auto setting = std::ranges::find(command.settings, key.str(), &Setting::name);
            if (setting == command.settings.end()) {
                complain(key.source(),
                         ErrorKind::Usage,
                         fmt::format("there is no key '{}' in [{}]; the nearest is '{}'",
                                     key.str(),
                                     command.command,
                                     nearest_word(key.str(), names_of(command.settings))));
                continue;
            }
            take(*setting, node, command.command, vm);
        }
    }

    void take(const Setting& setting,
              const toml::node& node,
              const std::string& command,
              const std::string& vm) {
        const auto value = value_of(node, setting.kind);
        if (!value) {
            return complain(node.source(),
                            ErrorKind::Usage,
                            fmt::format("{} is {}, and here is {}",
                                        setting.name,
                                        form_of(setting.kind),
                                        name_of(node)));
        }
        if (const auto checked = setting.check ? setting.check(*value) : Result<void>(); !checked) {
            return complain(node.source(),
                            checked.error().kind,
                            complaint_of(setting.name, checked.error().message));
        }
        entries_.push_back({command, vm, setting.name, *value, node.source().begin.line});
    }

    std::string path_;
    std::span<const CommandSettings> commands_;
    std::vector<ConfigFile::Entry> entries_;
    std::optional<Complaint> first_;
};

}  // namespace

Result<std::vector<ConfigFile::Entry>> config_entries(std::string_view content,
                                                      const std::string& path,
                                                      std::span<const CommandSettings> commands) {
    Walk walk(path, commands);
    const toml::parse_result parsed = toml::parse(content);
    if (parsed) {
        walk.root(parsed.table());
    } else {
        walk.complain(parsed.error().source(),
                      ErrorKind::Usage,
                      in_a_line(std::string(parsed.error().description())));
    }
    return walk.done();
}

}  // namespace oriel
