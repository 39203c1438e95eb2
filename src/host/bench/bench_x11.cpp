// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "base/linux/process_use.h"
#include "host/bench/bench_list.h"
#include "host/bench/bench_process.h"
#include "host/bench/bench_stage.h"
#include "host/bench/bench_x11_floor.h"
#include "host/demo/display_client.h"
#include "host/demo/statistics.h"

// Glass to glass: from a program's request to draw on the guest's X server to the moment a program
// on the host's X server hears that the same area was drawn there. Through an agent and a viewer,
// and through the floor (bench_x11_floor.h), between two pairs of servers of the same kind; blocks
// of each in turn.

namespace oriel {
namespace {

constexpr const char* kRegion = "x11";
constexpr Size kScreen{1920, 1080};
constexpr int kRounds = 3;
constexpr int kPerBlock = 90;
// A little less often than 60 Hz, which the agent keeps to: else what is measured is how two
// clocks drift against each other.
constexpr Nanoseconds kPeriod = std::chrono::microseconds(16'900);
constexpr Nanoseconds kPatience = std::chrono::seconds(2);

using Budget = BenchFigure::Budget;

/// One way from a guest's screen to a host's, seen from outside.
class Path {
  public:
    static Result<Path> open(const BenchScreens& screens) {
        ORIEL_TRY_ASSIGN(DisplayClient guest, DisplayClient::open(screens.guest.screen.display()));
        ORIEL_TRY_ASSIGN(DisplayClient host, DisplayClient::open(screens.host.screen.display()));
        host.watch_damage(XCB_DAMAGE_REPORT_LEVEL_RAW_RECTANGLES);
        return Path(std::move(guest), std::move(host));
    }

    /// `count` changes of `rect`, one each period. Returns how long each took, in ms.
    /// Errors: one did not arrive, or not in its colour.
    Result<std::vector<double>> carry(const Rect& rect, int count);

  private:
    Path(DisplayClient guest, DisplayClient host)
        : guest_(std::move(guest)), host_(std::move(host)) {}

    Result<Nanoseconds> carry_once(const Rect& rect);

    DisplayClient guest_;
    DisplayClient host_;
    std::uint32_t colour_ = 0x405060;
};

Result<std::vector<double>> Path::carry(const Rect& rect, int count) {
    std::vector<double> times;
    Nanoseconds next = monotonic_now();
    for (int i = 0; i < count; ++i) {
        next = std::max(next + kPeriod, monotonic_now());
        sleep_until(next);
        ORIEL_TRY_ASSIGN(const Nanoseconds time, carry_once(rect));
        times.push_back(in_milliseconds(time));
    }
    // Once is enough to know that it is our picture that arrives.
    if (host_.pixel(rect.x + rect.width / 2, rect.y + rect.height / 2) != colour_) {
        return Failure(Error::protocol("the host shows another colour than the guest"));
    }
    return times;
}

Result<Nanoseconds> Path::carry_once(const Rect& rect) {
    constexpr std::uint32_t kStep = 0x030507;
    host_.forget_damage();
    colour_ = (colour_ + kStep) & 0xFFFFFFU;
    const Nanoseconds start = monotonic_now();
    guest_.fill(rect, colour_);
    for (std::uint64_t arrived = 0; arrived < rect.area();) {
        const auto drawn = host_.await_damage(start + kPatience);
        if (!drawn) {
            return Failure(Error::protocol("a change did not arrive within 2 s"));
        }
        arrived += drawn->intersected(rect).area();
    }
    return monotonic_now() - start;
}

struct Kind {
    const char* what;
    Rect rect;
    std::vector<double> relayed_p50;
    std::vector<double> floor_p50;
};

BenchFigure figure_of(const Kind& kind) {
    constexpr double kTwice = 2;
    return {.bench = "x11",
            .what = fmt::format("1080p glass to glass, {}, p50", kind.what),
            .measured = median_of(kind.relayed_p50),
            .unit = "ms",
            .limit = BenchFigure::Limit{median_of(kind.floor_p50), "floor"},
            .budget = Budget{Budget::Side::AtMost, Budget::Of::Ratio, kTwice}};
}

/// CPU time of several processes while something goes on.
class CpuMeter {
  public:
    explicit CpuMeter(std::vector<pid_t> processes) : processes_(std::move(processes)) {}

    Result<void> start() {
        start_ = monotonic_now();
        ORIEL_TRY_ASSIGN(before_, used());
        return {};
    }

    Result<void> stop() {
        ORIEL_TRY_ASSIGN(const Nanoseconds after, used());
        constexpr double kPercent = 100;
        percents_.push_back(in_seconds(after - before_) / in_seconds(monotonic_now() - start_) *
                            kPercent);
        return {};
    }

    double percent() const { return median_of(percents_); }

  private:
    Result<Nanoseconds> used() const {
        Nanoseconds sum{0};
        for (const pid_t process : processes_) {
            ORIEL_TRY_ASSIGN(const ProcessUse use, use_of(process));
            sum += use.cpu;
        }
        return sum;
    }

    std::vector<pid_t> processes_;
    Nanoseconds start_{0};
    Nanoseconds before_{0};
    std::vector<double> percents_;
};

Result<void> measure(Path& relay, Path& floor, Kind& kind, CpuMeter& meter) {
    ORIEL_TRY(meter.start());
    ORIEL_TRY_ASSIGN(const auto relayed, relay.carry(kind.rect, kPerBlock));
    ORIEL_TRY(meter.stop());
    ORIEL_TRY_ASSIGN(const auto carried, floor.carry(kind.rect, kPerBlock));
    kind.relayed_p50.push_back(median_of(relayed));
    kind.floor_p50.push_back(median_of(carried));
    return {};
}

}  // namespace

Result<BenchFigures> bench_x11() {
    constexpr double kTenth = 10;
    constexpr int kWarmUp = 20;
    ORIEL_TRY_ASSIGN(const BenchScreens screens, BenchScreens::start(kScreen));
    ORIEL_TRY_ASSIGN(const BenchScreens floor_screens,
                     BenchScreens::start(kScreen, screens.cookie));
    ORIEL_TRY_ASSIGN(const BenchProgram broker, start_bench_broker(kRegion, kScreen));
    ORIEL_TRY_ASSIGN(const BenchProgram agent, start_bench_agent(kRegion, screens));
    ORIEL_TRY_ASSIGN(const BenchProgram viewer, start_bench_viewer(kRegion, screens));
    ORIEL_TRY_ASSIGN(const BenchFork floor_process, BenchFork::start([&] {
                         return carry_by_floor(floor_screens.guest.screen.display(),
                                               floor_screens.host.screen.display())
                                    ? 0
                                    : 1;
                     }));
    ORIEL_TRY_ASSIGN(Path relay, Path::open(screens));
    ORIEL_TRY_ASSIGN(Path floor, Path::open(floor_screens));
    Kind small{"64x64", {900, 500, 64, 64}, {}, {}};
    Kind full{"full screen", Rect::of(kScreen), {}, {}};
    CpuMeter small_meter({agent.pid(), viewer.pid()});
    CpuMeter full_meter({agent.pid(), viewer.pid()});
    sleep_until(monotonic_now() + std::chrono::milliseconds(300));
    ORIEL_TRY(relay.carry(full.rect, kWarmUp));
    ORIEL_TRY(floor.carry(full.rect, kWarmUp));
    for (int round = 0; round < kRounds; ++round) {
        ORIEL_TRY(measure(relay, floor, small, small_meter));
        ORIEL_TRY(measure(relay, floor, full, full_meter));
    }
    return BenchFigures{figure_of(small),
                        figure_of(full),
                        {.bench = "x11",
                         .what = "CPU of agent and viewer, full screen at 59/s, of one core",
                         .measured = full_meter.percent(),
                         .unit = "%",
                         .limit = std::nullopt,
                         .budget = Budget{Budget::Side::AtMost, Budget::Of::Measured, kTenth}}};
}

}  // namespace oriel
