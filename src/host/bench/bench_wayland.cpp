// SPDX-License-Identifier: MIT
#include <chrono>

#include <fmt/format.h>

#include "base/linux/process_use.h"
#include "host/bench/bench_compositor.h"
#include "host/bench/bench_list.h"
#include "host/bench/bench_process.h"
#include "host/bench/bench_stage.h"
#include "host/bench/bench_wayland_floor.h"
#include "host/demo/statistics.h"

// What the viewer costs on a Wayland compositor while all of a 1080p picture changes 60 times a
// second, beside a client that does nothing but attach and commit (bench_wayland_floor.h), on two
// compositors of the same kind; blocks of each in turn.

namespace oriel {
namespace {

constexpr const char* kRegion = "wayland";
constexpr Size kScreen{1920, 1080};
constexpr int kRounds = 3;
constexpr double kUsualSeconds = 3;

/// CPU time of `process` while it works, in percent of one core.
Result<double> percent_of(pid_t process, Nanoseconds block) {
    constexpr double kPercent = 100;
    const Nanoseconds start = monotonic_now();
    ORIEL_TRY_ASSIGN(const ProcessUse before, use_of(process));
    sleep_until(start + block);
    ORIEL_TRY_ASSIGN(const ProcessUse after, use_of(process));
    return in_seconds(after.cpu - before.cpu) / in_seconds(monotonic_now() - start) * kPercent;
}

Result<BenchProgram> start_viewer(const std::string& display) {
    ORIEL_TRY_ASSIGN(BenchProgram viewer,
                     BenchProgram::start("oriel",
                                         {"view",
                                          kRegion,
                                          "--platform",
                                          "wayland",
                                          "--input",
                                          "none",
                                          "--remember-window=false"},
                                         {{"WAYLAND_DISPLAY", display}}));
    ORIEL_TRY(viewer.await([](const DemoSaid& said) { return said.first_frame_ms.has_value(); }));
    return viewer;
}

}  // namespace

Result<BenchFigures> bench_wayland() {
    using Budget = BenchFigure::Budget;
    constexpr double kTwice = 2;
    constexpr double kMostPercent = 2.5;
    ORIEL_TRY_ASSIGN(const auto compositor, BenchCompositor::start(kScreen));
    ORIEL_TRY_ASSIGN(const auto floor_compositor, BenchCompositor::start(kScreen));
    ORIEL_TRY_ASSIGN(const BenchProgram broker, start_bench_broker(kRegion, kScreen));
    ORIEL_TRY_ASSIGN(
        BenchProgram agent,
        BenchProgram::start("oriel-guest",
                            {"--region", kRegion, "--capture", "pattern:1920x1080@60,full"}));
    ORIEL_TRY(agent.await([](const DemoSaid& said) { return said.is_started; }));
    ORIEL_TRY_ASSIGN(BenchProgram viewer, start_viewer(compositor->display()));
    ORIEL_TRY_ASSIGN(const BenchFork floor, BenchFork::start([&] {
                         return commit_by_floor(floor_compositor->display(), kScreen) ? 0 : 1;
                     }));
    const auto block = std::chrono::duration_cast<Nanoseconds>(
        std::chrono::duration<double>(bench_seconds(kUsualSeconds)));
    std::vector<double> viewers;
    std::vector<double> floors;
    sleep_until(monotonic_now() + std::chrono::milliseconds(500));
    for (int round = 0; round < kRounds; ++round) {
        ORIEL_TRY_ASSIGN(viewers.emplace_back(), percent_of(viewer.pid(), block));
        ORIEL_TRY_ASSIGN(floors.emplace_back(), percent_of(floor.pid(), block));
    }
    ORIEL_TRY(viewer.end());
    const auto& summary = viewer.said().viewer_summary;
    if (!summary) {
        return Failure(Error::protocol("the viewer did not say how many frames it showed"));
    }
    const double percent = median_of(viewers);
    return BenchFigures{
        {.bench = "wayland",
         .what = "CPU of the viewer, 1080p full screen at 60/s, of one core (attach and commit)",
         .measured = percent,
         .unit = "%",
         .limit = BenchFigure::Limit{median_of(floors), "floor"},
         .budget = Budget{Budget::Side::AtMost, Budget::Of::Ratio, kTwice}},
        {.bench = "wayland",
         .what = "the same alone",
         .measured = percent,
         .unit = "%",
         .limit = std::nullopt,
         .budget = Budget{Budget::Side::AtMost, Budget::Of::Measured, kMostPercent}},
        {.bench = "wayland",
         .what = "frames shown, of 60 a second",
         .measured = static_cast<double>(summary->frames) / summary->seconds,
         .unit = "1/s",
         .limit = std::nullopt,
         .budget = std::nullopt}};
}

}  // namespace oriel
