// SPDX-License-Identifier: MIT
#include <atomic>
#include <optional>

#include "host/bench/bench_list.h"
#include "host/bench/bench_process.h"
#include "host/bench/bench_stage.h"
#include "host/bench/bench_x11_floor.h"
#include "host/demo/display_client.h"
#include "host/demo/statistics.h"

// A program on the guest's X server draws whole windows as fast as it can, each awaited: without
// an agent, with an agent nobody views, captured for a visible viewer, and with a program that only
// takes pictures of the screen (bench_x11_floor.h). In turn, several times. The guest's processes
// share no core with the host's, as in a virtual machine.

namespace oriel {
namespace {

constexpr const char* kRegion = "guest-cost";
constexpr Size kScreen{1920, 1080};
constexpr int kRounds = 5;
constexpr Nanoseconds kPeriod = Nanoseconds(std::chrono::seconds(1)) / 60;  ///< The agent's.
constexpr Nanoseconds kSettling = std::chrono::milliseconds(500);
constexpr double kUsualSeconds = 1.0;

struct Board {
    std::atomic<std::uint64_t> drawn{0};
};

/// Fills the screen and waits for the server, for ever.
int draw(const std::string& display, Board& board) {
    auto client = DisplayClient::open(display);
    if (!client) {
        return 1;
    }
    const Rect whole = Rect::of(client->size());
    for (std::uint32_t frame = 0;; ++frame) {
        constexpr std::uint32_t kSteps = 0x010307;
        client->fill(whole, frame * kSteps & 0xFFFFFFU);
        if (!client->sync()) {
            return 1;
        }
        ++board.drawn;
    }
}

/// Frames a second now, after a moment in which things settle.
double rate(const Board& board) {
    sleep_until(monotonic_now() + kSettling);
    const std::uint64_t before = board.drawn;
    const Nanoseconds start = monotonic_now();
    sleep_until(start + Nanoseconds(static_cast<std::int64_t>(bench_seconds(kUsualSeconds) * 1e9)));
    return static_cast<double>(board.drawn - before) / in_seconds(monotonic_now() - start);
}

struct Rates {
    std::vector<double> alone;
    std::vector<double> unseen;
    std::vector<double> captured;
    std::vector<double> floor;
};

Result<void> measure_round(const BenchScreens& screens, const Board& board, Rates& rates) {
    rates.alone.push_back(rate(board));
    ORIEL_TRY_ASSIGN(BenchProgram agent, start_bench_agent(kRegion, screens));
    ORIEL_TRY(keep_on_side(agent.pid(), BenchSide::Guest));
    rates.unseen.push_back(rate(board));
    ORIEL_TRY_ASSIGN(BenchProgram viewer, start_bench_viewer(kRegion, screens));
    ORIEL_TRY(keep_on_side(viewer.pid(), BenchSide::Host));
    rates.captured.push_back(rate(board));
    ORIEL_TRY(viewer.end());
    ORIEL_TRY(agent.end());
    ORIEL_TRY_ASSIGN(const BenchFork floor, BenchFork::start([&] {
                         return capture_by_floor(screens.guest.screen.display(), kPeriod) ? 0 : 1;
                     }));
    ORIEL_TRY(keep_on_side(floor.pid(), BenchSide::Guest));
    rates.floor.push_back(rate(board));
    return {};
}

/// The median round's share: what disturbs one round disturbs all three of its parts.
double share(const std::vector<double>& part, const std::vector<double>& whole) {
    std::vector<double> shares;
    shares.reserve(part.size());
    for (std::size_t i = 0; i < part.size(); ++i) {
        shares.push_back(part[i] / whole[i]);
    }
    return median_of(shares);
}

/// The share in terms of the median rate of the whole.
BenchFigure figure(const char* what,
                   const std::vector<double>& part,
                   const std::vector<double>& whole,
                   const char* whole_is,
                   std::optional<double> budget) {
    const double limit = median_of(whole);
    return {.bench = "guest-cost",
            .what = what,
            .measured = share(part, whole) * limit,
            .unit = "1/s",
            .limit = BenchFigure::Limit{limit, whole_is},
            .budget = budget.transform([](double ratio) {
                return BenchFigure::Budget{
                    BenchFigure::Budget::Side::AtLeast, BenchFigure::Budget::Of::Ratio, ratio};
            })};
}

}  // namespace

Result<BenchFigures> bench_guest_cost() {
    ORIEL_TRY_ASSIGN(const BenchScreens screens, BenchScreens::start(kScreen));
    ORIEL_TRY_ASSIGN(const BenchProgram broker, start_bench_broker(kRegion, kScreen));
    const BenchShared<Board> board;
    ORIEL_TRY_ASSIGN(const BenchFork program, BenchFork::start([&] {
                         return draw(screens.guest.screen.display(), *board);
                     }));
    ORIEL_TRY(keep_on_side(program.pid(), BenchSide::Guest));
    ORIEL_TRY(keep_on_side(screens.guest.process.pid(), BenchSide::Guest));
    ORIEL_TRY(keep_on_side(screens.host.process.pid(), BenchSide::Host));
    Rates rates;
    for (int round = 0; round < kRounds; ++round) {
        ORIEL_TRY(measure_round(screens, *board, rates));
    }
    // 1.00 within what the medians of such short rounds tell.
    constexpr double kAll = 0.99;
    return BenchFigures{
        figure("frames drawn while captured", rates.captured, rates.alone, "no agent", 0.95),
        figure("frames drawn while captured",
               rates.captured,
               rates.floor,
               "ShmGetImage alone, 60/s",
               std::nullopt),
        figure("frames drawn, no viewer looks", rates.unseen, rates.alone, "no agent", kAll)};
}

}  // namespace oriel
