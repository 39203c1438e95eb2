// SPDX-License-Identifier: MIT
#include "viewer/overlay/overlay_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "viewer/host_keys.h"
#include "viewer/status_text.h"

namespace oriel {
namespace {

constexpr Nanoseconds kColumn = FrameHistory::kSpan / FiguresPage::Graph::kColumns;
constexpr double kUsualHertz = 60;
constexpr const char* kUnknown = "-";

double milliseconds_of(Nanoseconds time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

std::string milliseconds_text(double milliseconds) {
    const int decimals = milliseconds < 10 ? 2 : milliseconds < 100 ? 1 : 0;
    return fmt::format("{:.{}f}", milliseconds, decimals);
}

std::string rate_text(double rate) {
    return fmt::format("{:.{}f}", rate, rate > 0 && rate < 10 ? 1 : 0);
}

std::string damage_text(const FrameHistory::Rates& rates) {
    if (rates.shown == 0) {
        return "nothing changes";
    }
    const double percent = rates.share * 100;
    return fmt::format("{:.1f} MPix/s, {:.{}f} % of the picture a frame",
                       rates.damaged_pixels / 1e6,
                       percent,
                       percent < 10 ? 1 : 0);
}

std::string size_text(Size size) {
    return fmt::format("{}×{}", size.width, size.height);
}

std::string picture_text(const OverlayFacts& facts) {
    if (facts.picture.is_empty()) {
        return "none";
    }
    return facts.picture == facts.window
               ? size_text(facts.picture) + ", pixel for pixel"
               : fmt::format(
                     "{} in a window of {}", size_text(facts.picture), size_text(facts.window));
}

std::string display_text(const OverlayFacts& facts) {
    using Answer = DisplayFeedback::Answer;
    std::string text = facts.refresh.mhz == 0 ? "refresh not known"
                                              : fmt::format("{:.1f} Hz", facts.refresh.mhz / 1e3);
    const auto add = [&text](Answer answer, const char* yes, const char* no) {
        if (answer != Answer::Unknown) {
            text += std::string(", ") + (answer == Answer::Yes ? yes : no);
        }
    };
    add(facts.feedback.is_scanned_out, "scanned out directly", "composed");
    add(facts.feedback.is_tearing, "tearing", "no tearing");
    add(facts.feedback.is_vrr, "VRR", "no VRR");
    return text;
}

struct Percentiles {
    std::optional<double> p50;
    std::optional<double> p99;
};

Percentiles percentiles(const FrameHistory& history, const FrameStage& stage) {
    std::vector<double> times;
    times.reserve(history.frames().size());
    for (const FrameHistory::Frame& frame : history.frames()) {
        if (const auto time = stage(frame.times)) {
            times.push_back(milliseconds_of(*time));
        }
    }
    if (times.empty()) {
        return {};
    }
    const auto at = [&times](double fraction) {
        const auto place = times.begin() + static_cast<std::ptrdiff_t>(std::lround(
                                               fraction * static_cast<double>(times.size() - 1)));
        std::ranges::nth_element(times, place);
        return *place;
    };
    return {at(0.5), at(0.99)};
}

FiguresPage::Stage stage_row(const FrameHistory& history,
                             const FrameStage& stage,
                             std::string label,
                             std::string what) {
    const auto text = [](std::optional<double> time) {
        return time ? milliseconds_text(*time) : std::string(kUnknown);
    };
    const Percentiles found = percentiles(history, stage);
    return {std::move(label), text(found.p50), text(found.p99), std::move(what)};
}

bool is_clock_matched(const FrameHistory& history) {
    return !history.frames().empty() && history.frames().back().times.publishers.has_value();
}

std::string total_text(const FrameHistory& history) {
    if (!is_clock_matched(history)) {
        return "change to screen";
    }
    const double error = milliseconds_of(history.frames().back().times.publishers->error);
    return error == 0 ? "change to screen" : fmt::format("change to screen, ± {:.2g}", error);
}

std::vector<FiguresPage::Stage> stage_rows(const FrameHistory& history) {
    return {stage_row(history, capture_time, "capture", "guest, until the slot is whole"),
            stage_row(history, relay_time, "relay", "until the viewer has it"),
            stage_row(history, show_time, "show", "until the display has it"),
            stage_row(history, total_time, "total", total_text(history))};
}

/// The height of the graph, in milliseconds: what all but a few bars need. Less would make a
/// stutter of noise.
double height_of_graph(std::optional<double> p99) {
    constexpr std::array kSteps = {5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0};
    constexpr double kAbove = 1.2;
    const double wanted = p99.value_or(0) * kAbove;
    const auto step = std::ranges::find_if(kSteps, [&](double at) { return at >= wanted; });
    return step == kSteps.end() ? std::ceil(wanted / 1000) * 1000 : *step;
}

FiguresPage::Graph make_graph(const FrameHistory& history, std::uint32_t refresh_mhz) {
    FiguresPage::Graph graph;
    const bool has_total = is_clock_matched(history);
    graph.title = has_total ? "each frame of 10 s: from the change to the screen"
                            : "each frame of 10 s: from the viewer to the screen";
    std::vector<double> times(FiguresPage::Graph::kColumns, -1);
    const auto newest = history.newest();
    for (const FrameHistory::Frame& frame : history.frames()) {
        const auto time = has_total ? total_time(frame.times) : show_time(frame.times);
        // Columns begin at moments, not at frames: a bar that moves to the left stays as it is.
        const auto back = static_cast<std::size_t>(*newest / kColumn - frame.times.shown / kColumn);
        if (time && back < times.size()) {
            double& bar = times[times.size() - 1 - back];
            bar = std::max(bar, milliseconds_of(*time));
        }
    }
    const double top =
        height_of_graph(percentiles(history, has_total ? total_time : show_time).p99);
    graph.top = fmt::format("{:g} ms", top);
    const double hertz = refresh_mhz == 0 ? kUsualHertz : refresh_mhz / 1e3;
    graph.period = 1000 / hertz / top;
    graph.bars = std::move(times);
    for (double& bar : graph.bars) {
        bar = bar < 0 ? bar : std::min(bar / top, 1.0);
    }
    return graph;
}

std::vector<std::string> warnings_of(const FrameHistory& history, const OverlayFacts& facts) {
    std::vector<std::string> warnings;
    if (!facts.cut_off.empty()) {
        warnings.push_back("the picture is " + facts.cut_off);
    }
    if (facts.voided_holds != 0) {
        warnings.push_back(fmt::format(
            "{} times a frame was overwritten while it was shown: too few slots, or a slow display",
            facts.voided_holds));
    }
    if (facts.faults != 0) {
        warnings.push_back(fmt::format(
            "{} times what the guest wrote made no sense and was left out", facts.faults));
    }
    if (!history.frames().empty() && !is_clock_matched(history)) {
        warnings.emplace_back(
            "the guest's clock is not known, so neither are capture, relay and total");
    }
    return warnings;
}

}  // namespace

bool operator==(const OverlayFacts& one, const OverlayFacts& other) {
    const auto tied = [](const OverlayFacts& facts) {
        return std::tie(facts.name,
                        facts.state,
                        facts.presenter,
                        facts.refresh.mhz,
                        facts.feedback,
                        facts.picture,
                        facts.window,
                        facts.input,
                        facts.cut_off,
                        facts.voided_holds,
                        facts.faults);
    };
    return tied(one) == tied(other);
}

FiguresPage make_figures_page(const FrameHistory& history,
                              const OverlayFacts& facts,
                              const std::string& host_key,
                              Nanoseconds now) {
    const FrameHistory::Rates rates = history.rates(now);
    FiguresPage page;
    page.title = facts.name;
    page.is_live = facts.state == SessionStatus::State::Live;
    page.state = state_word(facts.state);
    page.rates = {{"frames",
                   fmt::format("{}/s from the guest, {}/s shown",
                               rate_text(rates.published),
                               rate_text(rates.shown))},
                  {"damage", damage_text(rates)},
                  {"picture", picture_text(facts)}};
    page.stages = stage_rows(history);
    page.graph = make_graph(history, facts.refresh.mhz);
    page.facts = {
        {"presenter", facts.presenter}, {"display", display_text(facts)}, {"input", facts.input}};
    page.warnings = warnings_of(history, facts);
    page.footer = fmt::format("{0}+O hides this, {0}+H shows the keys", host_key);
    return page;
}

HelpPage make_help_page(const std::string& host_key) {
    HelpPage page{"keys", {}};
    for (const HostCommandHelp& help : host_command_help()) {
        const std::string key(help.key);
        page.rows.push_back(
            {key.empty() ? host_key : fmt::format("{} + {}", host_key, key), help.what});
    }
    return page;
}

}  // namespace oriel
