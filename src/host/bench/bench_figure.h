// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "host/bench/bench.h"

namespace oriel {

/// What a bench found out: one number, beside what it could have been at best.
struct BenchFigure {
    /// The best there could be, measured in the same run.
    struct Limit {
        double value;
        std::string what;  ///< "two plain memcpys"
    };

    struct Budget {
        enum class Side : std::uint8_t { AtLeast, AtMost } side;
        enum class Of : std::uint8_t {
            Ratio,     ///< Measured divided by the limit.
            Measured,  ///< The number itself.
        } of;
        double value;
    };

    std::string bench;  ///< "relay-4k"
    std::string what;   ///< "4K frames relayed"
    double measured = 0;
    std::string unit;  ///< "us", "1/s"
    std::optional<Limit> limit;
    std::optional<Budget> budget;  ///< Without one it only informs.

    /// Measured divided by the limit; nothing without a limit, or where that is 0.
    std::optional<double> ratio() const;

    /// What the budget is about; nothing where that could not be told.
    std::optional<double> judged() const;

    /// True without a budget; false where a budget is about what could not be told.
    bool is_met() const;

    /// How far on the wrong side of the budget, as a part of it: 0.1 is a tenth. 0 where met.
    double missed_by() const;
};

// One line each, without its end.
std::string bench_text_header();
std::string bench_text(const BenchFigure& figure);
std::string bench_json(const BenchFigure& figure);
std::string bench_failure_json(const std::string& bench, const std::string& error);

}  // namespace oriel
