// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "host/bench_list.h"
#include "host/bench_process.h"
#include "host/bench_stage.h"
#include "host/bench_statistics.h"

// A guest's screen that does not change, with an agent and a visible viewer: what they do anyway.

namespace oriel {
namespace {

constexpr const char* kRegion = "idle";
constexpr Size kScreen{1280, 720};
constexpr Nanoseconds kSettling = std::chrono::milliseconds(2500);
constexpr double kUsualSeconds = 10;

struct Watched {
    const char* name;
    pid_t process;
    ProcessUse before;
};

using Budget = BenchFigure::Budget;

Result<BenchFigures> figures_of(const Watched& watched, double seconds) {
    constexpr double kPercent = 100;
    // What top shows as 0.0 % of a core.
    constexpr double kNothing = 0.05;
    constexpr double kSwitches = 3;
    ORIEL_TRY_ASSIGN(const ProcessUse after, use_of(watched.process));
    const auto switches = static_cast<double>(after.switches - watched.before.switches);
    const double busy = in_seconds(after.cpu - watched.before.cpu);
    return BenchFigures{{.bench = "idle",
                         .what = fmt::format("{}: context switches", watched.name),
                         .measured = switches / seconds,
                         .unit = "1/s",
                         .limit = std::nullopt,
                         .budget = Budget{Budget::Side::AtMost, Budget::Of::Measured, kSwitches}},
                        {.bench = "idle",
                         .what = fmt::format("{}: CPU time, of one core", watched.name),
                         .measured = busy / seconds * kPercent,
                         .unit = "%",
                         .limit = std::nullopt,
                         .budget = Budget{Budget::Side::AtMost, Budget::Of::Measured, kNothing}}};
}

}  // namespace

Result<BenchFigures> bench_idle() {
    ORIEL_TRY_ASSIGN(BenchScreens screens, BenchScreens::start(kScreen));
    screens.guest.screen.paint_backdrop();
    ORIEL_TRY_ASSIGN(const BenchProgram broker, start_bench_broker(kRegion, kScreen));
    ORIEL_TRY_ASSIGN(const BenchProgram agent, start_bench_agent(kRegion, screens));
    ORIEL_TRY_ASSIGN(const BenchProgram viewer, start_bench_viewer(kRegion, screens));
    sleep_until(monotonic_now() + kSettling);
    std::vector<Watched> all{{"guest agent", agent.pid(), {}},
                             {"viewer", viewer.pid(), {}},
                             {"broker", broker.pid(), {}}};
    for (Watched& watched : all) {
        ORIEL_TRY_ASSIGN(watched.before, use_of(watched.process));
    }
    const double seconds = bench_seconds(kUsualSeconds);
    sleep_until(monotonic_now() + Nanoseconds(static_cast<std::int64_t>(seconds * 1e9)));
    BenchFigures figures;
    for (const Watched& watched : all) {
        ORIEL_TRY_ASSIGN(const BenchFigures some, figures_of(watched, seconds));
        figures.insert(figures.end(), some.begin(), some.end());
    }
    return figures;
}

}  // namespace oriel
