// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "base/linux/process_use.h"
#include "host/bench/bench_list.h"
#include "host/bench/bench_process.h"
#include "host/bench/bench_stage.h"
#include "host/demo/statistics.h"

// A guest's screen that does not change, with an agent and a visible viewer, its overlay on: what
// they do anyway, beside a process that does nothing but wake up as often as they do.

namespace oriel {
namespace {

constexpr const char* kRegion = "idle";
constexpr Size kScreen{1280, 720};
constexpr Nanoseconds kSettling = std::chrono::milliseconds(2500);
constexpr double kUsualSeconds = 10;

/// How often agent and viewer look whether the other is still alive.
constexpr Nanoseconds kTick = std::chrono::milliseconds(500);

struct Watched {
    const char* name;
    pid_t process;
    ProcessUse before;
};

using Budget = BenchFigure::Budget;

/// Wakes up and sleeps again, for ever.
int wake_for_nothing() {
    for (;;) {
        sleep_until(monotonic_now() + kTick);
    }
}

struct Use {
    double switches = 0;  ///< A second.
    double busy = 0;      ///< Percent of one core.
};

Result<Use> use_since(const Watched& watched, double seconds) {
    constexpr double kPercent = 100;
    ORIEL_TRY_ASSIGN(const ProcessUse after, use_of(watched.process));
    return Use{static_cast<double>(after.switches() - watched.before.switches()) / seconds,
               in_seconds(after.cpu - watched.before.cpu) / seconds * kPercent};
}

BenchFigures figures_of(const char* name, const Use& use, const Use& sleeper) {
    // What top shows as 0.0 % of a core, and what the kernel takes to wake anybody so often.
    constexpr double kNothing = 0.05;
    constexpr double kSwitches = 3;
    return BenchFigures{
        {.bench = "idle",
         .what = fmt::format("{}: context switches", name),
         .measured = use.switches,
         .unit = "1/s",
         .limit = std::nullopt,
         .budget = Budget{Budget::Side::AtMost, Budget::Of::Measured, kSwitches}},
        {.bench = "idle",
         .what = fmt::format("{}: CPU time, of one core", name),
         .measured = use.busy,
         .unit = "%",
         .limit = BenchFigure::Limit{sleeper.busy, "a bare sleeper"},
         .budget = Budget{Budget::Side::AtMost, Budget::Of::Measured, kNothing + sleeper.busy}}};
}

}  // namespace

Result<BenchFigures> bench_idle() {
    ORIEL_TRY_ASSIGN(BenchScreens screens, BenchScreens::start(kScreen));
    screens.guest.screen.paint_backdrop();
    ORIEL_TRY_ASSIGN(const BenchProgram broker, start_bench_broker(kRegion, kScreen));
    ORIEL_TRY_ASSIGN(const BenchProgram agent, start_bench_agent(kRegion, screens));
    ORIEL_TRY_ASSIGN(const BenchProgram viewer,
                     start_bench_viewer(kRegion, screens, {"--overlay"}));
    ORIEL_TRY_ASSIGN(const BenchFork sleeper, BenchFork::start(wake_for_nothing));
    sleep_until(monotonic_now() + kSettling);
    Watched floor{"sleeper", sleeper.pid(), {}};
    std::vector<Watched> all{{"guest agent", agent.pid(), {}},
                             {"viewer", viewer.pid(), {}},
                             {"broker", broker.pid(), {}}};
    ORIEL_TRY_ASSIGN(floor.before, use_of(floor.process));
    for (Watched& watched : all) {
        ORIEL_TRY_ASSIGN(watched.before, use_of(watched.process));
    }
    const double seconds = bench_seconds(kUsualSeconds);
    sleep_until(monotonic_now() + Nanoseconds(static_cast<std::int64_t>(seconds * 1e9)));
    ORIEL_TRY_ASSIGN(const Use least, use_since(floor, seconds));
    BenchFigures figures;
    for (const Watched& watched : all) {
        ORIEL_TRY_ASSIGN(const Use use, use_since(watched, seconds));
        const BenchFigures some = figures_of(watched.name, use, least);
        figures.insert(figures.end(), some.begin(), some.end());
    }
    return figures;
}

}  // namespace oriel
