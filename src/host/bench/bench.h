// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace oriel {

struct BenchOptions {
    std::vector<std::string> names;  ///< Empty: all.
    enum class Output : std::uint8_t { Text, Json } output = Output::Text;
};

/// `oriel bench`: measures, each figure beside its limit from the same run. Each bench runs in a
/// process of its own; whatever it started ends with it, also on Ctrl-C. Returns the exit code:
/// 0 also where a budget is missed, 1 where a bench could not run, 2 where there is none of that
/// name.
int run_bench(const BenchOptions& options);

}  // namespace oriel
