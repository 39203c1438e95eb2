// SPDX-License-Identifier: MIT
#include "host/edid_text.h"

#include <array>
#include <iterator>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "base/json_text.h"

namespace oriel {
namespace {

std::string_view source_text(ListedMode::Source source) {
    switch (source) {
    case ListedMode::Source::Established:
        return "established";
    case ListedMode::Source::Standard:
        return "standard";
    case ListedMode::Source::Detailed:
        return "detailed";
    case ListedMode::Source::VideoCode:
        return "video code";
    case ListedMode::Source::DisplayId:
        return "DisplayID";
    }
    return "";
}

std::vector<std::string> transfers_of(const HighRange& range) {
    constexpr std::array<const char*, 4> kNames{"SDR", "HDR gamma", "PQ", "HLG"};
    std::vector<std::string> found;
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if ((range.transfers >> i & 1U) != 0) {
            found.emplace_back(kNames[i]);
        }
    }
    return found;
}

std::string range_text(const HighRange& range) {
    std::string text = fmt::format("{}", fmt::join(transfers_of(range), ", "));
    if (range.most_nits) {
        text += fmt::format(", up to {:.0f} nits", *range.most_nits);
    }
    if (range.average_nits) {
        text += fmt::format(" ({:.0f} all over)", *range.average_nits);
    }
    if (range.least_nits) {
        text += fmt::format(", down to {:.3f}", *range.least_nits);
    }
    return text;
}

/// What the monitor is, without its modes.
std::string head_text(const EdidReport& report) {
    std::string text;
    const auto out = std::back_inserter(text);
    const auto line = [&out](std::string_view word, const std::string& value) {
        fmt::format_to(out, "{:<12} {}\n", word, value);
    };
    line("name", report.name.empty() ? "none" : report.name);
    line("maker", fmt::format("{}, product {}, {}", report.maker, report.product, report.year));
    if (!report.serial.empty() || report.serial_number != 0) {
        line("serial",
             report.serial.empty() ? std::to_string(report.serial_number) : report.serial);
    }
    line("input", report.input);
    line("size",
         report.width_cm == 0 ? "unknown"
                              : fmt::format("{} x {} cm", report.width_cm, report.height_cm));
    if (report.high_range) {
        line("range", range_text(*report.high_range));
    }
    if (!report.colorimetry.empty()) {
        line("colours", fmt::format("{}", fmt::join(report.colorimetry, ", ")));
    }
    line("blocks", fmt::format("EDID {}: {}", report.version, fmt::join(report.blocks, ", ")));
    return text;
}

nlohmann::json mode_json(const ListedMode& mode) {
    nlohmann::json object = {{"width", mode.width},
                             {"height", mode.height},
                             {"refresh_mhz", mode.refresh_mhz},
                             {"interlaced", mode.is_interlaced},
                             {"preferred", mode.is_preferred},
                             {"source", source_text(mode.source)},
                             {"block", mode.block}};
    if (mode.timing) {
        object["pixel_clock_hz"] = mode.timing->pixel_clock_hz;
    }
    return object;
}

nlohmann::json range_json(const HighRange& range) {
    nlohmann::json object = {{"transfers", transfers_of(range)}};
    const auto add = [&object](const char* name, std::optional<double> value) {
        if (value) {
            object[name] = *value;
        }
    };
    add("most_nits", range.most_nits);
    add("average_nits", range.average_nits);
    add("least_nits", range.least_nits);
    return object;
}

}  // namespace

std::string edid_text(const EdidReport& report) {
    std::string text = head_text(report);
    const auto out = std::back_inserter(text);
    fmt::format_to(
        out, "\n{:<12} {:>9} {:>10}  {:<12} {:<6}\n", "MODE", "HZ", "MHZ", "FROM", "BLOCK");
    for (const ListedMode& mode : report.modes) {
        const std::string size =
            fmt::format("{}x{}{}", mode.width, mode.height, mode.is_interlaced ? "i" : "");
        const std::string clock =
            mode.timing
                ? fmt::format("{:.3f}", static_cast<double>(mode.timing->pixel_clock_hz) / 1e6)
                : "";
        fmt::format_to(out,
                       "{:<12} {:>9.3f} {:>10}  {:<12} {}{}\n",
                       size,
                       mode.refresh_mhz / 1000.0,
                       clock,
                       source_text(mode.source),
                       mode.block,
                       mode.is_preferred ? "  preferred" : "");
    }
    for (const std::string& problem : report.problems) {
        fmt::format_to(out, "problem: {}\n", problem);
    }
    return text;
}

std::string edid_json(const EdidReport& report) {
    nlohmann::json modes = nlohmann::json::array();
    for (const ListedMode& mode : report.modes) {
        modes.push_back(mode_json(mode));
    }
    nlohmann::json object = {{"name", report.name},
                             {"maker", report.maker},
                             {"product", report.product},
                             {"serial", report.serial},
                             {"serial_number", report.serial_number},
                             {"year", report.year},
                             {"version", report.version},
                             {"input", report.input},
                             {"width_cm", report.width_cm},
                             {"height_cm", report.height_cm},
                             {"blocks", report.blocks},
                             {"modes", modes},
                             {"colorimetry", report.colorimetry},
                             {"problems", report.problems}};
    object["high_range"] =
        report.high_range ? range_json(*report.high_range) : nlohmann::json(nullptr);
    return json_text(object);
}

}  // namespace oriel
