// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "host/bench/bench_figure.h"

namespace oriel {

using BenchFigures = std::vector<BenchFigure>;

/// One bench of `oriel bench`. Runs in a process of its own.
struct Bench {
    const char* name;
    const char* what;  ///< For progress: "pictures through the relay".
    int seconds;       ///< About how long it takes.
    Result<BenchFigures> (*run)();
};

/// All there are, in the order in which they run.
std::span<const Bench> all_benches();

Result<BenchFigures> bench_relay_4k();
Result<BenchFigures> bench_wakeup();
Result<BenchFigures> bench_small_change();
Result<BenchFigures> bench_overlap();
Result<BenchFigures> bench_idle();
Result<BenchFigures> bench_guest_cost();
Result<BenchFigures> bench_fast_guest();
Result<BenchFigures> bench_stopped_viewer();
Result<BenchFigures> bench_wayland();
Result<BenchFigures> bench_glass_wayland();
Result<BenchFigures> bench_x11();
Result<BenchFigures> bench_start();
Result<BenchFigures> bench_looking_glass();

}  // namespace oriel
