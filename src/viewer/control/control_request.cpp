// SPDX-License-Identifier: MIT
#include "viewer/control/control_request.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "base/nearest_word.h"
#include "base/planted_fault.h"

namespace oriel {
namespace {

using nlohmann::json;
using Verb = ControlRequest::Verb;
using Switch = ViewerControls::Switch;

struct VerbName {
    Verb verb;
    const char* name;
    const char* argument;  ///< nullptr: none.
};

constexpr std::array kVerbs = {
    VerbName{Verb::Who, "who", nullptr},
    VerbName{Verb::FullScreen, "fullscreen", "to"},
    VerbName{Verb::Screenshot, "screenshot", nullptr},
    VerbName{Verb::Grab, "grab", nullptr},
    VerbName{Verb::Release, "release", nullptr},
    VerbName{Verb::SendKeys, "send-keys", "keys"},
    VerbName{Verb::Text, "text", "text"},
    VerbName{Verb::Reload, "reload", nullptr},
    VerbName{Verb::Quit, "quit", nullptr},
    VerbName{Verb::Stats, "stats", nullptr},
};

constexpr std::array kSwitches = {std::pair{Switch::On, "on"},
                                  std::pair{Switch::Off, "off"},
                                  std::pair{Switch::Toggle, "toggle"}};

std::string verbs() {
    std::string names;
    for (const VerbName& verb : kVerbs) {
        names += fmt::format("{}{}", names.empty() ? "" : ", ", verb.name);
    }
    return names;
}

/// Of a word that somebody sent: a message is no place for all of it.
std::string shortened(const std::string& word) {
    constexpr std::size_t kMost = 64;
    return word.size() <= kMost ? word : word.substr(0, kMost) + "...";
}

const VerbName* verb_called(const std::string& name) {
    const auto* const found =
        std::ranges::find_if(kVerbs, [&name](const VerbName& verb) { return name == verb.name; });
    return found == kVerbs.end() ? nullptr : found;
}

Error unknown_verb(const std::string& name) {
    std::vector<std::string> names;
    for (const VerbName& verb : kVerbs) {
        names.emplace_back(verb.name);
    }
    return Error::usage(fmt::format(
        "there is no verb '{}'; the nearest is '{}'", shortened(name), nearest_word(name, names)));
}

Result<std::string> text_of(const json& object, const char* member) {
    const auto found = object.find(member);
    if (found == object.end() || !found->is_string()) {
        return Failure(Error::usage(fmt::format("'{}' is missing, or is no text", member)));
    }
    return found->get<std::string>();
}

Result<void> check_members(const json& object, const VerbName& verb) {
    for (const auto& [name, value] : object.items()) {
        const bool is_known = name == "verb" || (verb.argument != nullptr && name == verb.argument);
        if (!is_known) {
            return Failure(
                Error::usage(fmt::format("'{}' takes no '{}'", verb.name, shortened(name))));
        }
    }
    return {};
}

}  // namespace

Result<Switch> parse_switch(std::string_view text) {
    for (const auto& [value, name] : kSwitches) {
        if (text == name) {
            return value;
        }
    }
    return Failure(Error::usage(
        fmt::format("'{}' is unknown: use on, off or toggle", shortened(std::string(text)))));
}

Result<ControlRequest> read_control_request(std::string_view line) {
    if (line.size() > kMaxControlLine && !is_planted("control-line-length")) {
        return Failure(Error::usage(fmt::format("a line has at most {} bytes", kMaxControlLine)));
    }
    const json object = json::parse(line, nullptr, false);
    if (!object.is_object()) {
        return Failure(Error::usage(fmt::format(
            "a request is one JSON object a line, as {{\"verb\":\"stats\"}}; verbs are {}",
            verbs())));
    }
    ORIEL_TRY_ASSIGN(const std::string name, text_of(object, "verb"));
    const VerbName* const verb = verb_called(name);
    if (verb == nullptr) {
        return Failure(unknown_verb(name));
    }
    ORIEL_TRY(check_members(object, *verb));
    ControlRequest request{verb->verb, Switch::Toggle, {}};
    if (verb->argument == nullptr) {
        return request;
    }
    ORIEL_TRY_ASSIGN(request.text, text_of(object, verb->argument));
    if (request.verb == Verb::FullScreen) {
        ORIEL_TRY_ASSIGN(request.to, parse_switch(request.text));
        request.text.clear();
    }
    return request;
}

std::string control_request_line(const ControlRequest& request) {
    const auto* const verb = std::ranges::find(kVerbs, request.verb, &VerbName::verb);
    json object{{"verb", verb->name}};
    if (request.verb == Verb::FullScreen) {
        const auto* const to =
            std::ranges::find(kSwitches, request.to, &std::pair<Switch, const char*>::first);
        object[verb->argument] = to->second;
    } else if (verb->argument != nullptr) {
        object[verb->argument] = request.text;
    }
    return json_text(object);
}

}  // namespace oriel
