// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "host/bench/bench_compositor.h"
#include "host/bench/bench_list.h"
#include "host/bench/bench_painter.h"
#include "host/bench/bench_process.h"
#include "host/bench/bench_screen_meter.h"
#include "host/bench/bench_stage.h"
#include "host/bench/bench_wayland_carrier.h"
#include "host/demo/display_client.h"
#include "host/demo/statistics.h"

// Glass to glass with a Wayland host: from a program's commit on the guest's compositor, or its
// request to draw on the guest's X server, to the moment at which the host's compositor says that
// its output showed it. Beside it the least that can carry a picture from one compositor to
// another (bench_wayland_carrier.h), and the same program on the host's compositor itself, with
// nothing of ours between: what a compositor takes alone. Blocks of each in turn.

namespace oriel {
namespace {

using Budget = BenchFigure::Budget;

constexpr Size kScreen{1920, 1080};
constexpr int kRounds = 3;
constexpr int kPerBlock = 40;
constexpr int kWarmUp = 5;
// Compositors without a screen have a clock that starts anew with what they show: a change comes
// when all of them are at rest, and what is measured is not how their clocks lie.
constexpr Nanoseconds kPeriod = std::chrono::microseconds(50'300);

/// Makes one change on a guest's screen; returns when it was asked for.
using Draw = std::function<Result<Nanoseconds>(const Rect& rect, std::uint32_t colour)>;

/// One way from a program's drawing to a host's output, and what keeps it up.
class Route {
  public:
    Result<void> carry(const Rect& rect, int count, std::vector<double>& times_ms);

    /// Those that were started last end first.
    void keep(BenchProgram program) { programs.insert(programs.begin(), std::move(program)); }

    std::unique_ptr<BenchCompositor> host;
    std::unique_ptr<BenchCompositor> guest;
    std::vector<BenchProgram> programs;
    std::unique_ptr<BenchFork> carrier;
    std::unique_ptr<BenchScreenMeter> meter;
    Draw draw;

  private:
    std::uint32_t step_ = 0;
};

Result<void> Route::carry(const Rect& rect, int count, std::vector<double>& times_ms) {
    Nanoseconds next = monotonic_now();
    for (int i = 0; i < count; ++i) {
        ORIEL_TRY(meter->arm());
        next = std::max(next + kPeriod, monotonic_now());
        sleep_until(next);
        step_ = step_ % 0xFFU + 1;
        const std::uint32_t colour = step_ << 16U | (step_ * 3 & 0xFFU) << 8U | step_;
        ORIEL_TRY_ASSIGN(const Nanoseconds start, draw(rect, colour));
        ORIEL_TRY_ASSIGN(const Nanoseconds shown,
                         meter->await(rect.x + rect.width / 2, rect.y + rect.height / 2, colour));
        times_ms.push_back(in_milliseconds(shown - start));
    }
    return {};
}

Result<Draw> painter_on(const BenchCompositor& compositor) {
    ORIEL_TRY_ASSIGN(auto painter, BenchPainter::open(compositor.display(), kScreen));
    return [painter = std::move(painter)](const Rect& rect, std::uint32_t colour) {
        return painter->draw(rect, colour);
    };
}

/// Broker, agent and viewer between, as people have them.
Result<void> relay(Route& route, const std::string& region, BenchProgram agent) {
    route.keep(std::move(agent));
    ORIEL_TRY_ASSIGN(
        BenchProgram viewer,
        BenchProgram::start(
            "oriel",
            {"view", region, "--platform", "wayland", "--input", "none", "--remember-window=false"},
            {{"WAYLAND_DISPLAY", route.host->display()}}));
    ORIEL_TRY(viewer.await([](const DemoSaid& said) { return said.first_frame_ms.has_value(); }));
    route.keep(std::move(viewer));
    return {};
}

Result<Route> host_route() {
    Route route;
    ORIEL_TRY_ASSIGN(route.host, BenchCompositor::start(kScreen));
    return route;
}

Result<Route> wayland_route() {
    const std::string region = "glass-wayland";
    ORIEL_TRY_ASSIGN(Route route, host_route());
    ORIEL_TRY_ASSIGN(route.guest, BenchCompositor::start(kScreen));
    ORIEL_TRY_ASSIGN(route.draw, painter_on(*route.guest));
    ORIEL_TRY_ASSIGN(BenchProgram broker, start_bench_broker(region, kScreen));
    route.keep(std::move(broker));
    ORIEL_TRY_ASSIGN(
        BenchProgram agent,
        BenchProgram::start(
            "oriel-guest",
            {"--region", region, "--capture", "wayland", "--display", route.guest->display()}));
    ORIEL_TRY(agent.await([](const DemoSaid& said) { return said.is_started; }));
    ORIEL_TRY(relay(route, region, std::move(agent)));
    return route;
}

Result<Route> x11_route(const BenchScreens& screens) {
    const std::string region = "glass-x11";
    ORIEL_TRY_ASSIGN(Route route, host_route());
    ORIEL_TRY_ASSIGN(DisplayClient client, DisplayClient::open(screens.guest.screen.display()));
    route.draw = [client = std::make_shared<DisplayClient>(std::move(client))](
                     const Rect& rect, std::uint32_t colour) -> Result<Nanoseconds> {
        const Nanoseconds start = monotonic_now();
        client->fill(rect, colour);
        return start;
    };
    ORIEL_TRY_ASSIGN(BenchProgram broker, start_bench_broker(region, kScreen));
    route.keep(std::move(broker));
    ORIEL_TRY_ASSIGN(BenchProgram agent, start_bench_agent(region, screens));
    ORIEL_TRY(relay(route, region, std::move(agent)));
    return route;
}

Result<Route> carried_route() {
    ORIEL_TRY_ASSIGN(Route route, host_route());
    ORIEL_TRY_ASSIGN(route.guest, BenchCompositor::start(kScreen));
    ORIEL_TRY_ASSIGN(route.draw, painter_on(*route.guest));
    const std::string from = route.guest->display();
    const std::string to = route.host->display();
    ORIEL_TRY_ASSIGN(BenchFork carrier, BenchFork::start([&] {
                         return carry_by_wayland_floor(from, to, kScreen) ? 0 : 1;
                     }));
    route.carrier = std::make_unique<BenchFork>(std::move(carrier));
    return route;
}

Result<Route> direct_route() {
    ORIEL_TRY_ASSIGN(Route route, host_route());
    ORIEL_TRY_ASSIGN(route.draw, painter_on(*route.host));
    return route;
}

enum Way : std::uint8_t { kWayland, kX11, kCarried, kDirect, kWays };

struct Kind {
    const char* what;
    Rect rect;
    std::array<std::vector<double>, kWays> times_ms;

    double percentile(Way way, double fraction) const {
        return percentile_of(times_ms[way], fraction);
    }
};

BenchFigure figure_of(const Kind& kind, Way way, double fraction, Way floor) {
    constexpr double kTwice = 2;
    const bool is_judged = way == kWayland && floor == kCarried && fraction < 0.9;
    static constexpr std::array kNames{
        "Wayland to Wayland", "X11 to Wayland", "carried barely", "on the host itself"};
    return {
        .bench = "glass-wayland",
        .what =
            fmt::format("1080p {}, {}, {}", kNames[way], kind.what, fraction < 0.9 ? "p50" : "p99"),
        .measured = kind.percentile(way, fraction),
        .unit = "ms",
        .limit = BenchFigure::Limit{kind.percentile(floor, fraction), kNames[floor]},
        .budget = is_judged ? std::optional(Budget{Budget::Side::AtMost, Budget::Of::Ratio, kTwice})
                            : std::nullopt};
}

Result<void> measure(std::array<Route, kWays>& routes, std::array<Kind, 2>& kinds) {
    std::vector<double> not_counted;
    for (Route& route : routes) {
        ORIEL_TRY_ASSIGN(route.meter, BenchScreenMeter::open(route.host->display()));
        for (const Kind& kind : kinds) {
            ORIEL_TRY(route.carry(kind.rect, kWarmUp, not_counted));
        }
    }
    for (int round = 0; round < kRounds; ++round) {
        for (Kind& kind : kinds) {
            for (std::size_t way = 0; way < kWays; ++way) {
                ORIEL_TRY(routes[way].carry(kind.rect, kPerBlock, kind.times_ms[way]));
            }
        }
    }
    return {};
}

}  // namespace

Result<BenchFigures> bench_glass_wayland() {
    constexpr double kHalf = 0.5;
    constexpr double kMost = 0.99;
    std::array<Kind, 2> kinds{Kind{"8x16", {900, 500, 8, 16}, {}},
                              Kind{"full screen", Rect::of(kScreen), {}}};
    ORIEL_TRY_ASSIGN(const BenchScreens screens, BenchScreens::start(kScreen));
    std::array<Route, kWays> routes;
    ORIEL_TRY_ASSIGN(routes[kDirect], direct_route());
    ORIEL_TRY_ASSIGN(routes[kCarried], carried_route());
    ORIEL_TRY_ASSIGN(routes[kWayland], wayland_route());
    ORIEL_TRY_ASSIGN(routes[kX11], x11_route(screens));
    ORIEL_TRY(measure(routes, kinds));
    BenchFigures figures;
    for (const Kind& kind : kinds) {
        for (const double fraction : {kHalf, kMost}) {
            figures.push_back(figure_of(kind, kWayland, fraction, kCarried));
            figures.push_back(figure_of(kind, kX11, fraction, kDirect));
            figures.push_back(figure_of(kind, kCarried, fraction, kDirect));
        }
    }
    return figures;
}

}  // namespace oriel
