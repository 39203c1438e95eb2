// SPDX-License-Identifier: MIT
#include "host/bench/bench_figure.h"

#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/json_text.h"

namespace oriel {
namespace {

using Budget = BenchFigure::Budget;

constexpr const char* kColumns = "{:<14} {:<58} {:>12} {:>12} {:>7} {:>9}  {}";

/// Three digits that count, none of them lost before the point.
std::string number(double value) {
    const double size = std::abs(value);
    const int digits = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
    return fmt::format("{:.{}f}", value, digits);
}

std::string with_unit(double value, const std::string& unit) {
    return unit.empty() ? number(value) : fmt::format("{} {}", number(value), unit);
}

std::string verdict(const BenchFigure& figure) {
    constexpr double kPercent = 100;
    if (!figure.budget) {
        return "";
    }
    if (figure.is_met()) {
        return "met";
    }
    return figure.budget->value == 0 || !figure.judged()
               ? "MISSED"
               : fmt::format("MISSED by {} %", number(figure.missed_by() * kPercent));
}

}  // namespace

std::optional<double> BenchFigure::ratio() const {
    if (!limit || limit->value == 0) {
        return std::nullopt;
    }
    return measured / limit->value;
}

std::optional<double> BenchFigure::judged() const {
    if (!budget) {
        return std::nullopt;
    }
    return budget->of == Budget::Of::Ratio ? ratio() : measured;
}

bool BenchFigure::is_met() const {
    if (!budget) {
        return true;
    }
    const auto value = judged();
    if (!value || !std::isfinite(*value)) {
        return false;
    }
    return budget->side == Budget::Side::AtLeast ? *value >= budget->value
                                                 : *value <= budget->value;
}

double BenchFigure::missed_by() const {
    const auto value = judged();
    if (is_met() || !value || budget->value == 0) {
        return 0;
    }
    return std::abs(*value - budget->value) / budget->value;
}

std::string bench_text_header() {
    return fmt::format(kColumns,
                       "bench",
                       "what (the limit it is measured beside)",
                       "measured",
                       "limit",
                       "ratio",
                       "budget",
                       "verdict");
}

std::string bench_text(const BenchFigure& figure) {
    std::string what = figure.what;
    std::string limit;
    std::string budget;
    if (figure.limit) {
        what += fmt::format(" ({})", figure.limit->what);
        limit = with_unit(figure.limit->value, figure.unit);
    }
    if (figure.budget) {
        budget = fmt::format("{} {}",
                             figure.budget->side == Budget::Side::AtLeast ? ">=" : "<=",
                             number(figure.budget->value));
    }
    const auto ratio = figure.ratio();
    auto line = fmt::format(kColumns,
                            figure.bench,
                            what,
                            with_unit(figure.measured, figure.unit),
                            limit,
                            ratio ? fmt::format("{:.3f}", *ratio) : "",
                            budget,
                            verdict(figure));
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

std::string bench_json(const BenchFigure& figure) {
    nlohmann::json line{{"bench", figure.bench},
                        {"what", figure.what},
                        {"unit", figure.unit},
                        {"measured", figure.measured},
                        {"limit", nullptr},
                        {"limit_is", nullptr},
                        {"ratio", nullptr},
                        {"budget", nullptr},
                        {"met", figure.is_met()}};
    if (figure.limit) {
        line["limit"] = figure.limit->value;
        line["limit_is"] = figure.limit->what;
    }
    if (const auto ratio = figure.ratio()) {
        line["ratio"] = *ratio;
    }
    if (figure.budget) {
        line["budget"] = figure.budget->value;
        line["budget_of"] = figure.budget->of == Budget::Of::Ratio ? "ratio" : "measured";
        line["budget_side"] = figure.budget->side == Budget::Side::AtLeast ? "at-least" : "at-most";
        line["missed_by"] = figure.missed_by();
    }
    return json_text(line);
}

std::string bench_failure_json(const std::string& bench, const std::string& error) {
    return json_text(nlohmann::json{{"bench", bench}, {"error", error}});
}

}  // namespace oriel
