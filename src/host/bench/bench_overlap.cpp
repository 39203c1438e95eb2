// SPDX-License-Identifier: MIT
#include <array>
#include <atomic>
#include <cstring>

#include <poll.h>

#include "base/linux/event_fd.h"
#include "host/bench/bench_list.h"
#include "host/bench/bench_process.h"
#include "host/bench/bench_region.h"
#include "host/demo/statistics.h"
#include "relay/copy_kernel.h"
#include "relay/fence.h"

// A 4K picture is written band by band in one process while another, woken by its doorbell, copies
// it out close behind. Beside it: one copy of the same bytes, the other process asleep.

namespace oriel {
namespace {

constexpr int kRounds = 100;
constexpr int kWarmUp = 8;
constexpr std::uint32_t kBands = 16;
constexpr Nanoseconds kRest = std::chrono::milliseconds(2);
constexpr Nanoseconds kLimit = std::chrono::seconds(60);

/// What the two processes and the one that waits for them share.
struct Board {
    std::atomic<int> arrived{-1};  ///< The round whose last pixel the reader has; -2: it gave up.
    std::array<std::int64_t, kRounds + kWarmUp> first_ns{};
    std::array<std::int64_t, kRounds + kWarmUp> last_ns{};
    std::array<std::int64_t, kRounds + kWarmUp> single_ns{};
};

constexpr int kGaveUp = -2;

class OverlapWriter {
  public:
    /// Single copies go to `plain`, memory like the region's.
    OverlapWriter(Publisher publisher,
                  std::span<std::byte> plain,
                  Board& board,
                  const UniqueFd& bell)
        : publisher_(std::move(publisher)), plain_(plain), board_(board), bell_(bell) {}

    bool run();

  private:
    bool relay();
    std::int64_t copy_once(int round);
    bool await_reader(int round) const;

    FrameGeometry geometry_ = bench_geometry(kBench4k);
    std::vector<std::byte> source_ = bench_pixels(geometry_, 1);
    Publisher publisher_;
    std::span<std::byte> plain_;
    Board& board_;
    const UniqueFd& bell_;
};

bool OverlapWriter::run() {
    if (!pin_to_core(0)) {
        return false;
    }
    for (int round = 0; round < kRounds + kWarmUp; ++round) {
        const auto place = static_cast<std::size_t>(round);
        sleep_until(monotonic_now() + kRest);
        board_.single_ns[place] = copy_once(round);
        sleep_until(monotonic_now() + kRest);
        publisher_.survey(monotonic_now());
        board_.first_ns[place] = monotonic_now().count();
        if (!relay() || !await_reader(round)) {
            return false;
        }
    }
    return true;
}

std::int64_t OverlapWriter::copy_once(int round) {
    const std::size_t slot = static_cast<std::size_t>(round) % BenchRegion::kSlots;
    std::byte* target = plain_.data() + slot * source_.size();
    const Nanoseconds start = monotonic_now();
    std::memcpy(target, source_.data(), source_.size());
    return (monotonic_now() - start).count();
}

bool OverlapWriter::relay() {
    const auto lease = publisher_.begin_frame(0, geometry_, monotonic_now());
    if (!lease) {
        return false;
    }
    const FrameContent content{.damage = Damage::whole(geometry_.size)};
    publisher_.announce_frame(content, monotonic_now());
    ring_event_fd(bell_);
    const std::uint32_t band = geometry_.size.height / kBands;
    for (std::uint32_t row = 0; row < geometry_.size.height; row += band) {
        const std::size_t offset = std::size_t{row} * geometry_.stride;
        copy_rows(lease->pixels.data() + offset,
                  source_.data() + offset,
                  {geometry_.row_bytes(), band, geometry_.stride, geometry_.stride});
        publisher_.rows_ready(row + band);
    }
    publisher_.finish_frame(content, monotonic_now());
    return true;
}

bool OverlapWriter::await_reader(int round) const {
    int arrived = board_.arrived.load(std::memory_order_acquire);
    while (arrived != round && arrived != kGaveUp) {
        sleep_until(monotonic_now() + std::chrono::microseconds(200));
        arrived = board_.arrived.load(std::memory_order_acquire);
    }
    return arrived == round;
}

/// The other process. Returns whether every frame arrived whole.
bool read_all(std::span<std::byte> region, Board& board, const UniqueFd& bell) {
    const FrameGeometry geometry = bench_geometry(kBench4k);
    const std::uint64_t checksum = checksum_of(bench_pixels(geometry, 1));
    std::vector<std::byte> target(geometry.bytes());
    RelaySubscriber subscriber(region,
                               {.viewer = 0,
                                .doorbell = SubscriberOptions::Doorbell::Announced,
                                .clock_domain = clock_domain()});
    if (!pin_to_core(1)) {
        return false;
    }
    std::uint64_t taken = 0;
    for (int round = 0; round < kRounds + kWarmUp; ++round) {
        subscriber.tick(monotonic_now());
        pollfd polled{bell.get(), POLLIN, 0};
        ::poll(&polled, 1, -1);
        drain_event_fd(bell);
        subscriber.refresh(monotonic_now());
        const auto held = subscriber.take(0, FrameReader::Wanted::Announced, taken);
        if (!held || !copy_frame(subscriber, *held, target)) {
            return false;
        }
        board.last_ns[static_cast<std::size_t>(round)] = monotonic_now().count();
        taken = held->found.info.sequence;
        subscriber.release(*held);
        if (checksum_of(target) != checksum) {
            return false;
        }
        board.arrived.store(round, std::memory_order_release);
    }
    return true;
}

struct Times {
    std::vector<double> overlapped_ms;
    std::vector<double> single_ms;
};

Times times_of(const Board& board) {
    Times times;
    for (std::size_t i = kWarmUp; i < board.last_ns.size(); ++i) {
        times.overlapped_ms.push_back(
            in_milliseconds(Nanoseconds(board.last_ns[i] - board.first_ns[i])));
        times.single_ms.push_back(in_milliseconds(Nanoseconds(board.single_ns[i])));
    }
    return times;
}

}  // namespace

Result<BenchFigures> bench_overlap() {
    const FrameGeometry geometry = bench_geometry(kBench4k);
    ORIEL_TRY_ASSIGN(const BenchRegion region, BenchRegion::create(geometry));
    ORIEL_TRY_ASSIGN(const BenchRegion plain, BenchRegion::create(geometry));
    ORIEL_TRY_ASSIGN(const UniqueFd bell, create_event_fd());
    ORIEL_TRY_ASSIGN(Publisher publisher, start_bench_publisher(region.bytes(), geometry));
    const BenchShared<Board> board;
    const auto read = [&] {
        const bool done = read_all(region.bytes(), *board, bell);
        if (!done) {
            board->arrived = kGaveUp;
        }
        return done;
    };
    const auto write = [&] {
        return OverlapWriter(std::move(publisher), plain.bytes(), *board, bell).run();
    };
    ORIEL_TRY(run_side_by_side(read, write, kLimit));
    const Times times = times_of(*board);
    return BenchFigures{
        {.bench = "overlap",
         .what = "4K change, to the last pixel copied out",
         .measured = median_of(times.overlapped_ms),
         .unit = "ms",
         .limit = BenchFigure::Limit{median_of(times.single_ms), "one memcpy"},
         .budget = BenchFigure::Budget{
             BenchFigure::Budget::Side::AtMost, BenchFigure::Budget::Of::Ratio, 1.25}}};
}

}  // namespace oriel
