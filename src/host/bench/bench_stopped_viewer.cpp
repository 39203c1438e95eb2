// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstring>

#include "host/bench/bench_ear.h"
#include "host/bench/bench_list.h"
#include "host/bench/bench_process.h"
#include "host/bench/bench_region.h"
#include "host/bench/bench_stage.h"
#include "host/demo/statistics.h"
#include "relay/copy_kernel.h"

// Two viewers copy 60 whole frames a second. One is stopped in the middle of a copy, for ten
// seconds: what that does to the publisher and to the other viewer, beside the same without.

namespace oriel {
namespace {

constexpr const char* kRegion = "stopped-viewer";
constexpr Size kPicture{1280, 720};
constexpr Nanoseconds kPeriod = Nanoseconds(std::chrono::seconds(1)) / 60;
constexpr Nanoseconds kLimit = std::chrono::seconds(90);
constexpr double kUsualSeconds = 10;
constexpr std::size_t kMostFrames = 4096;

enum class Phase : std::uint32_t { WarmUp, BothRun, OneStopped, After, End };

struct Board {
    std::atomic<Phase> phase{Phase::WarmUp};
    std::atomic<std::uint32_t> ready{0};
    std::atomic<std::uint32_t> frames{0};
    std::array<Phase, kMostFrames> phases{};
    std::array<std::int64_t, kMostFrames> begun_ns{};  ///< Before a slot was claimed.
    std::array<std::int64_t, kMostFrames> rung_ns{};   ///< After the viewers were rung.
    std::array<std::atomic<std::int64_t>, kMostFrames> copied_ns{};
    std::atomic<bool> is_reading{false};           ///< The one to be stopped is in a copy.
    std::atomic<std::uint64_t> newest_at_wake{0};  ///< Sequence, when it is woken again.
    std::atomic<std::uint64_t> first_after_wake{0};
    std::atomic<std::uint32_t> wrong{0};  ///< Whole copies that were not one frame.
};

/// Every byte of a frame is its number's lowest.
std::byte shade_of(std::uint64_t sequence) {
    return static_cast<std::byte>(sequence & 0xFFU);
}

/// A viewer that copies whole frames and checks each.
class Copier {
  public:
    explicit Copier(Board& board) : board_(board), copy_(bench_geometry(kPicture).bytes()) {}

    /// True for a whole frame; false where it was taken away meanwhile.
    bool take(const RelaySubscriber& subscriber, const HeldFrame& frame) {
        const FrameGeometry& geometry = frame.found.info.geometry;
        const auto pixels = frame.found.pixels.unparsed();
        copy_rows(
            copy_.data(), pixels.data(), {pixels.size(), 1, geometry.stride, geometry.stride});
        if (subscriber.is_lost(frame)) {
            return false;
        }
        const std::byte shade = shade_of(frame.found.info.sequence);
        if (!std::ranges::all_of(copy_, [shade](std::byte byte) { return byte == shade; })) {
            ++board_.wrong;
        }
        return true;
    }

  private:
    Board& board_;
    std::vector<std::byte> copy_;
};

Result<void> view(Board& board, const BenchEar::OnFrame& on_frame) {
    BenchEar* running = nullptr;
    ORIEL_TRY_ASSIGN(
        const auto ear,
        BenchEar::open(kRegion, [&](const RelaySubscriber& subscriber, const HeldFrame& frame) {
            on_frame(subscriber, frame);
            if (board.phase == Phase::End) {
                running->stop();
            }
        }));
    running = ear.get();
    ++board.ready;
    return ear->run();
}

Result<void> view_undisturbed(Board& board) {
    Copier copier(board);
    return view(board, [&](const RelaySubscriber& subscriber, const HeldFrame& frame) {
        const std::uint64_t sequence = frame.found.info.sequence;
        if (copier.take(subscriber, frame) && sequence < kMostFrames) {
            board.copied_ns[sequence] = monotonic_now().count();
        }
    });
}

Result<void> view_until_stopped(Board& board) {
    Copier copier(board);
    return view(board, [&](const RelaySubscriber& subscriber, const HeldFrame& frame) {
        board.is_reading = true;
        const bool is_whole = copier.take(subscriber, frame);
        board.is_reading = false;
        if (is_whole && board.phase == Phase::After && board.first_after_wake == 0) {
            board.first_after_wake = frame.found.info.sequence;
        }
    });
}

Result<void> publish(Board& board) {
    const PollLoop exact_timers;
    const FrameGeometry geometry = bench_geometry(kPicture);
    ORIEL_TRY_ASSIGN(const auto region, Region::open({Target::Kind::Name, kRegion}, Role::Publish));
    ORIEL_TRY_ASSIGN(Publisher publisher,
                     start_bench_publisher(region->memory().bytes(), geometry));
    region->ring_viewers(~0U >> (32 - abi::kMaxViewers));
    Nanoseconds next = monotonic_now();
    Nanoseconds next_tick = next;
    for (std::uint64_t sequence = 1; sequence < kMostFrames && board.phase != Phase::End;) {
        next = std::max(next + kPeriod, monotonic_now());
        sleep_until(next);
        const Nanoseconds begun = monotonic_now();
        if (begun >= next_tick) {
            next_tick = begun + std::chrono::milliseconds(500);
            publisher.tick(begun);
        }
        publisher.survey(begun);
        const auto lease = publisher.begin_frame(0, geometry, begun);
        if (!lease) {
            return Failure(Error::protocol("there was no slot for a frame"));
        }
        std::memset(
            lease->pixels.data(), std::to_integer<int>(shade_of(sequence)), lease->pixels.size());
        const Damage whole = Damage::whole(kPicture);
        publisher.finish_frame({.damage = whole, .capture_start = begun}, monotonic_now());
        region->ring_viewers(publisher.audience().doorbell);
        board.phases[sequence] = board.phase;
        board.begun_ns[sequence] = begun.count();
        board.rung_ns[sequence] = monotonic_now().count();
        board.frames = static_cast<std::uint32_t>(sequence);
        ++sequence;
    }
    return {};
}

void rest(double seconds) {
    sleep_until(monotonic_now() + Nanoseconds(static_cast<std::int64_t>(seconds * 1e9)));
}

/// Stops `viewer` in the middle of a copy. It may have finished that one when the signal comes:
/// then it is tried again.
Result<void> stop_while_reading(const Board& board, pid_t viewer) {
    const Nanoseconds until = monotonic_now() + std::chrono::seconds(10);
    while (monotonic_now() < until) {
        if (!board.is_reading) {
            continue;
        }
        ::kill(viewer, SIGSTOP);
        sleep_until(monotonic_now() + std::chrono::milliseconds(5));
        if (board.is_reading) {
            return {};
        }
        ::kill(viewer, SIGCONT);
    }
    return Failure(Error::protocol("the viewer could not be stopped in the middle of a copy"));
}

struct Delays {
    double publish_ms;
    double arrival_ms;
};

Delays p99_of(const Board& board, Phase phase) {
    std::vector<double> publish;
    std::vector<double> arrival;
    for (std::uint32_t sequence = 1; sequence <= board.frames; ++sequence) {
        if (board.phases[sequence] != phase) {
            continue;
        }
        publish.push_back(
            in_milliseconds(Nanoseconds(board.rung_ns[sequence] - board.begun_ns[sequence])));
        if (const std::int64_t copied = board.copied_ns[sequence]; copied != 0) {
            arrival.push_back(in_milliseconds(Nanoseconds(copied - board.begun_ns[sequence])));
        }
    }
    return {percentile_of(publish, 0.99), percentile_of(arrival, 0.99)};
}

using Budget = BenchFigure::Budget;

BenchFigure delay_figure(const char* what, double stopped, double without) {
    return {.bench = "stopped-viewer",
            .what = what,
            .measured = stopped,
            .unit = "ms",
            .limit = BenchFigure::Limit{without, "both run"},
            .budget = Budget{Budget::Side::AtMost, Budget::Of::Ratio, 1.2}};
}

BenchFigure count_figure(const char* what, double count, double most) {
    return {.bench = "stopped-viewer",
            .what = what,
            .measured = count,
            .unit = "",
            .limit = std::nullopt,
            .budget = Budget{Budget::Side::AtMost, Budget::Of::Measured, most}};
}

/// Through all phases; `stopped` is the viewer to stop.
Result<void> conduct(Board& board, pid_t stopped) {
    constexpr std::uint32_t kViewers = 2;
    while (board.ready < kViewers || board.frames == 0) {
        sleep_until(monotonic_now() + std::chrono::milliseconds(1));
    }
    const double seconds = bench_seconds(kUsualSeconds);
    rest(1);
    board.phase = Phase::BothRun;
    rest(seconds);
    ORIEL_TRY(stop_while_reading(board, stopped));
    board.phase = Phase::OneStopped;
    rest(seconds);
    board.newest_at_wake = board.frames.load();
    board.phase = Phase::After;
    ::kill(stopped, SIGCONT);
    rest(1);
    board.phase = Phase::End;
    return {};
}

}  // namespace

Result<BenchFigures> bench_stopped_viewer() {
    ORIEL_TRY_ASSIGN(const BenchProgram broker, start_bench_broker(kRegion, kPicture));
    const BenchShared<Board> board;
    ORIEL_TRY_ASSIGN(BenchFork stopped,
                     BenchFork::start([&] { return view_until_stopped(*board) ? 0 : 1; }));
    ORIEL_TRY_ASSIGN(BenchFork other,
                     BenchFork::start([&] { return view_undisturbed(*board) ? 0 : 1; }));
    ORIEL_TRY_ASSIGN(BenchFork sender, BenchFork::start([&] { return publish(*board) ? 0 : 1; }));
    ORIEL_TRY(conduct(*board, stopped.pid()));
    ORIEL_TRY(sender.wait(kLimit));
    const Delays without = p99_of(*board, Phase::BothRun);
    const Delays with = p99_of(*board, Phase::OneStopped);
    const std::uint64_t first = board->first_after_wake;
    const double late =
        first == 0 ? static_cast<double>(kMostFrames)
                   : static_cast<double>(first) - static_cast<double>(board->newest_at_wake.load());
    return BenchFigures{
        delay_figure(
            "one viewer stopped: frame published, p99", with.publish_ms, without.publish_ms),
        delay_figure(
            "one viewer stopped: frame at the other, p99", with.arrival_ms, without.arrival_ms),
        count_figure("woken again: frames until its first right one", std::max(late, 0.0), 1),
        count_figure("copies that were not one whole frame", board->wrong, 0)};
}

}  // namespace oriel
