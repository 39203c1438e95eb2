// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <atomic>
#include <memory>

#include <fmt/format.h>
#include <poll.h>

#include "base/linux/event_fd.h"
#include "base/poll_loop.h"
#include "host/bench/bench_ear.h"
#include "host/bench/bench_list.h"
#include "host/bench/bench_process.h"
#include "host/bench/bench_region.h"
#include "host/bench/bench_stage.h"
#include "host/demo/statistics.h"
#include "region/region.h"

// From the moment before a frame is published to the moment a viewer's process has taken it: over
// a broker's doorbell, in a loop like the viewer's. Beside it a bare eventfd between processes of
// the same kind at the same cadence. Blocks of each in turn.

namespace oriel {
namespace {

constexpr const char* kRegion = "wakeup";
constexpr Nanoseconds kGap = std::chrono::milliseconds(1);
constexpr Nanoseconds kLimit = std::chrono::seconds(60);
constexpr std::size_t kBlocks = 12;
constexpr std::size_t kPerBlock = 400;
constexpr std::size_t kRings = kBlocks * kPerBlock;
constexpr Size kPicture{1280, 720};
constexpr Rect kChange{0, 0, 64, 64};

struct Rings {
    std::array<std::atomic<std::int64_t>, kRings + 1> sent_ns{};
    std::array<std::atomic<std::int64_t>, kRings + 1> woke_ns{};
};

struct Board {
    Rings relay;
    Rings bare;
    std::atomic<std::uint32_t> ready{0};
};

constexpr std::uint32_t kReadyOnes = 2;

Result<void> hear_relay(Board& board) {
    BenchEar* running = nullptr;
    ORIEL_TRY_ASSIGN(const auto ear,
                     BenchEar::open(kRegion, [&](const RelaySubscriber&, const HeldFrame& frame) {
                         const std::uint64_t taken = frame.found.info.sequence;
                         if (taken <= kRings) {
                             board.relay.woke_ns[taken] = monotonic_now().count();
                         }
                         if (taken >= kRings) {
                             running->stop();
                         }
                     }));
    running = ear.get();
    ++board.ready;
    return ear->run();
}

/// The least there is between two processes.
void hear_bare(Board& board, const UniqueFd& bell) {
    ++board.ready;
    for (std::size_t ring = 0; ring < kRings;) {
        pollfd polled{bell.get(), POLLIN, 0};
        ::poll(&polled, 1, -1);
        // Where the machine is busy, several may have come at once.
        ring = std::min(ring + drain_event_fd(bell), kRings);
        board.bare.woke_ns[ring] = monotonic_now().count();
    }
}

class Sender {
  public:
    Sender(Region& region, Publisher publisher, Board& board, const UniqueFd& bare_bell)
        : region_(region), publisher_(std::move(publisher)), board_(board), bare_bell_(bare_bell) {}

    /// Errors: no slot for a frame.
    Result<void> run();

  private:
    Result<void> publish(std::size_t ring);
    void ring_bare(std::size_t ring);
    void pause();

    Region& region_;
    Publisher publisher_;
    Board& board_;
    const UniqueFd& bare_bell_;
    Nanoseconds next_ = monotonic_now();
};

void Sender::pause() {
    next_ = std::max(next_ + kGap, monotonic_now());
    sleep_until(next_);
}

Result<void> Sender::run() {
    std::size_t relayed = 0;
    std::size_t rung = 0;
    for (std::size_t block = 0; block < kBlocks; ++block) {
        publisher_.survey(monotonic_now());
        publisher_.tick(monotonic_now());
        for (std::size_t i = 0; i < kPerBlock; ++i) {
            pause();
            ORIEL_TRY(publish(++relayed));
        }
        for (std::size_t i = 0; i < kPerBlock; ++i) {
            pause();
            ring_bare(++rung);
        }
    }
    return {};
}

Result<void> Sender::publish(std::size_t ring) {
    if (!publisher_.begin_frame(0, bench_geometry(kPicture), monotonic_now())) {
        return Failure(Error::protocol("there was no slot for a frame"));
    }
    const Nanoseconds start = monotonic_now();
    board_.relay.sent_ns[ring] = start.count();
    publisher_.finish_frame({.damage = Damage(kChange), .capture_start = start}, start);
    region_.ring_viewers(publisher_.audience().doorbell);
    return {};
}

void Sender::ring_bare(std::size_t ring) {
    board_.bare.sent_ns[ring] = monotonic_now().count();
    ring_event_fd(bare_bell_);
}

Result<void> send(Board& board, const UniqueFd& bare_bell) {
    // The loop makes this thread's timers exact, as in the agent.
    const PollLoop exact_timers;
    ORIEL_TRY_ASSIGN(const auto region, Region::open({Target::Kind::Name, kRegion}, Role::Publish));
    ORIEL_TRY_ASSIGN(Publisher publisher,
                     start_bench_publisher(region->memory().bytes(), bench_geometry(kPicture)));
    region->ring_viewers(~0U >> (32 - abi::kMaxViewers));
    while (publisher.survey(monotonic_now()).doorbell == 0 || board.ready < kReadyOnes) {
        sleep_until(monotonic_now() + kGap);
    }
    Sender sender(*region, std::move(publisher), board, bare_bell);
    return sender.run();
}

struct Delays {
    double p50_us;
    double p99_us;
};

/// The median block's.
Delays delays_of(const Rings& rings) {
    std::vector<double> p50;
    std::vector<double> p99;
    for (std::size_t block = 0; block < kBlocks; ++block) {
        std::vector<double> delays;
        for (std::size_t i = 1; i <= kPerBlock; ++i) {
            const std::size_t ring = block * kPerBlock + i;
            const std::int64_t woke = rings.woke_ns[ring];
            if (woke != 0) {  // 0: the frame after it came first.
                delays.push_back(in_microseconds(Nanoseconds(woke - rings.sent_ns[ring])));
            }
        }
        p50.push_back(percentile_of(delays, 0.50));
        p99.push_back(percentile_of(delays, 0.99));
    }
    return {median_of(p50), median_of(p99)};
}

BenchFigure figure(const char* what, double relay, double bare, double budget) {
    return {.bench = "wakeup",
            .what = fmt::format("published to taken, {}", what),
            .measured = relay,
            .unit = "us",
            .limit = BenchFigure::Limit{bare, "a bare eventfd"},
            .budget = BenchFigure::Budget{
                BenchFigure::Budget::Side::AtMost, BenchFigure::Budget::Of::Ratio, budget}};
}

}  // namespace

Result<BenchFigures> bench_wakeup() {
    ORIEL_TRY_ASSIGN(const BenchProgram broker, start_bench_broker(kRegion, kPicture));
    ORIEL_TRY_ASSIGN(const UniqueFd bell, create_event_fd());
    const BenchShared<Board> board;
    ORIEL_TRY_ASSIGN(BenchFork bare, BenchFork::start([&] {
                         hear_bare(*board, bell);
                         return 0;
                     }));
    ORIEL_TRY_ASSIGN(BenchFork ear, BenchFork::start([&] { return hear_relay(*board) ? 0 : 1; }));
    ORIEL_TRY_ASSIGN(BenchFork sender,
                     BenchFork::start([&] { return send(*board, bell) ? 0 : 1; }));
    ORIEL_TRY(sender.wait(kLimit));
    ORIEL_TRY(ear.wait(kLimit));
    ORIEL_TRY(bare.wait(kLimit));
    const Delays relayed = delays_of(board->relay);
    const Delays plain = delays_of(board->bare);
    return BenchFigures{figure("p50", relayed.p50_us, plain.p50_us, 1.3),
                        figure("p99", relayed.p99_us, plain.p99_us, 2.0)};
}

}  // namespace oriel
