// SPDX-License-Identifier: MIT
#include "host/ctl/ctl_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace oriel {
namespace {

using nlohmann::ordered_json;

/// Another version's viewer may say less.
std::string text_at(const ordered_json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

double number_at(const ordered_json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_number() ? found->get<double>() : 0;
}

bool is_true_at(const ordered_json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

ordered_json object_at(const ordered_json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_object() ? *found : ordered_json::object();
}

std::string row(const char* name, const std::string& value) {
    return fmt::format("{:<10}{}\n", name, value);
}

std::string with_note(std::string text, std::string note) {
    for (char& c : note) {
        c = c == '\n' ? ' ' : c;
    }
    return note.empty() ? std::move(text) : fmt::format("{} ({})", text, note);
}

std::string window_text(const ordered_json& stats) {
    return fmt::format("{}{}{}",
                       is_true_at(stats, "fullscreen") ? "full screen" : "normal",
                       is_true_at(stats, "visible") ? "" : ", not seen",
                       is_true_at(stats, "focus") ? ", has the focus" : "");
}

std::string input_text(const ordered_json& input) {
    const std::string way = text_at(input, "way");
    if (text_at(input, "link").empty()) {
        return with_note("none", way);
    }
    return with_note(fmt::format("{}, {}, pointer {}{}",
                                 way,
                                 text_at(input, "link"),
                                 text_at(input, "pointer"),
                                 is_true_at(input, "grabbed") ? ", grabbed" : ""),
                     text_at(input, "reason"));
}

std::string stages_text(const ordered_json& stages) {
    std::string text =
        fmt::format("{:<10}{:>10}{:>10}{:>10}\n", "stage", "samples", "p50 ms", "p99 ms");
    for (const char* name : {"capture", "relay", "show", "total"}) {
        const ordered_json stage = object_at(stages, name);
        text += fmt::format("{:<10}{:>10}{:>10.3f}{:>10.3f}\n",
                            name,
                            number_at(stage, "samples"),
                            number_at(stage, "p50_us") / 1000,
                            number_at(stage, "p99_us") / 1000);
    }
    return text;
}

std::string stats_text(const ordered_json& stats) {
    std::string text = row("region", text_at(stats, "target"));
    text += row("state", with_note(text_at(stats, "state"), text_at(stats, "text")));
    text += row("presenter", text_at(stats, "presenter"));
    text += row("window", window_text(stats));
    text += row("input", input_text(object_at(stats, "input")));
    text += row("frames",
                fmt::format("{} shown, {:.1f} a second of {:.1f} made",
                            number_at(stats, "frames"),
                            number_at(stats, "shown_per_second"),
                            number_at(stats, "made_per_second")));
    text += row("trouble",
                fmt::format("{} faults, {} pictures taken back while shown",
                            number_at(stats, "faults"),
                            number_at(stats, "voided_holds")));
    text += row("clock", fmt::format("+-{:.1f} us", number_at(stats, "clock_error_us")));
    return text + stages_text(object_at(stats, "stages"));
}

std::string reload_text(const ordered_json& answer) {
    std::string text;
    const ordered_json applied = object_at(answer, "applied");
    const ordered_json waiting = object_at(answer, "needs_restart");
    for (const auto& [name, value] : applied.items()) {
        text += fmt::format("{} is {} now\n", name, value.dump());
    }
    for (const auto& [name, value] : waiting.items()) {
        text += fmt::format("{} will be {} once the viewer is started anew\n", name, value.dump());
    }
    return text.empty() ? "nothing has changed\n" : text;
}

}  // namespace

std::string ctl_text(ControlRequest::Verb verb, const std::string& answer) {
    const ordered_json parsed = ordered_json::parse(answer, nullptr, false);
    switch (verb) {
    case ControlRequest::Verb::Stats:
        return stats_text(parsed);
    case ControlRequest::Verb::Reload:
        return reload_text(parsed);
    case ControlRequest::Verb::FullScreen:
        return is_true_at(parsed, "fullscreen") ? "full screen is on\n" : "full screen is off\n";
    default:
        return "";
    }
}

}  // namespace oriel
