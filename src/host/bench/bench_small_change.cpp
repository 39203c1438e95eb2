// SPDX-License-Identifier: MIT
#include <array>
#include <atomic>

#include <poll.h>

#include "base/linux/event_fd.h"
#include "host/bench/bench_list.h"
#include "host/bench/bench_process.h"
#include "host/bench/bench_region.h"
#include "host/demo/statistics.h"
#include "relay/copy_kernel.h"

// CPU time that one frame costs publisher and subscriber together, in a process each: a 64x64
// change in a 4K picture, and a whole picture. Counted are all that the publisher does from taking
// a slot to ringing the doorbell, and all that the subscriber does, waking up included.

namespace oriel {
namespace {

constexpr Nanoseconds kLimit = std::chrono::seconds(60);
constexpr int kBatches = 5;
constexpr int kSettling = 8;  ///< Frames until every slot knows the new kind of change.

struct Kind {
    int frames;  ///< In a batch.
    Nanoseconds gap;
};

constexpr Kind kSmall{200, std::chrono::microseconds(500)};
constexpr Kind kWhole{20, std::chrono::milliseconds(1)};
constexpr int kFrames = kBatches * (2 * kSettling + kSmall.frames + kWhole.frames);

struct Board {
    std::atomic<int> done{0};  ///< Frames the reader is through with; below 0: it gave up.
    std::array<std::int64_t, kFrames + 1> writer_ns{};  ///< CPU time that frame took.
    std::array<std::int64_t, kFrames + 1> reader_ns{};  ///< CPU time up to the end of that frame.
};

Rect small_rect(int frame) {
    constexpr std::uint32_t kSide = 64;
    const auto step = static_cast<std::uint32_t>(frame);
    return {
        step * 97 % (kBench4k.width - kSide), step * 61 % (kBench4k.height - kSide), kSide, kSide};
}

class ChangeWriter {
  public:
    ChangeWriter(Publisher publisher, Board& board, const UniqueFd& bell)
        : publisher_(std::move(publisher)), board_(board), bell_(bell) {}

    /// The batches in turn, each after a few frames of its kind. Returns whether all arrived.
    bool run() {
        publisher_.survey(monotonic_now());
        for (int batch = 0; batch < kBatches; ++batch) {
            for (const Kind& kind : {kSmall, kWhole}) {
                if (!write(kind)) {
                    return false;
                }
            }
        }
        return true;
    }

  private:
    bool write(const Kind& kind);
    bool write_frame(const Damage& damage);
    bool await_reader(Nanoseconds gap) const;

    FrameGeometry geometry_ = bench_geometry(kBench4k);
    std::vector<std::byte> source_ = bench_pixels(geometry_, 1);
    Publisher publisher_;
    Board& board_;
    const UniqueFd& bell_;
    int written_ = 0;
};

bool ChangeWriter::write(const Kind& kind) {
    for (int i = 0; i < kSettling + kind.frames; ++i) {
        const Damage damage = kind.frames == kSmall.frames ? Damage(small_rect(written_))
                                                           : Damage::whole(geometry_.size);
        const Nanoseconds before = own_cpu_time();
        if (!write_frame(damage)) {
            return false;
        }
        ++written_;
        board_.writer_ns[static_cast<std::size_t>(written_)] = (own_cpu_time() - before).count();
        if (!await_reader(kind.gap)) {
            return false;
        }
    }
    publisher_.survey(monotonic_now());
    return true;
}

bool ChangeWriter::write_frame(const Damage& damage) {
    const auto lease = publisher_.begin_frame(0, geometry_, monotonic_now());
    if (!lease) {
        return false;
    }
    Damage wanted = damage;
    wanted.add(lease->stale);
    for (const Rect& rect : wanted.rects()) {
        const std::size_t offset = std::size_t{rect.y} * geometry_.stride + std::size_t{rect.x} * 4;
        copy_rows(lease->pixels.data() + offset,
                  source_.data() + offset,
                  {std::uint64_t{rect.width} * 4, rect.height, geometry_.stride, geometry_.stride});
    }
    publisher_.finish_frame({.damage = damage}, monotonic_now());
    ring_event_fd(bell_);
    return true;
}

bool ChangeWriter::await_reader(Nanoseconds gap) const {
    int done = 0;
    do {
        sleep_until(monotonic_now() + gap);
        done = board_.done.load(std::memory_order_acquire);
    } while (done >= 0 && done < written_);
    return done == written_;
}

bool read_all(std::span<std::byte> region, Board& board, const UniqueFd& bell) {
    std::vector<std::byte> target(bench_geometry(kBench4k).bytes());
    RelaySubscriber subscriber(region, {.viewer = 0, .clock_domain = clock_domain()});
    std::uint64_t taken = 0;
    for (int frame = 1; frame <= kFrames; ++frame) {
        if (frame % 100 == 1) {
            subscriber.tick(monotonic_now());
        }
        pollfd polled{bell.get(), POLLIN, 0};
        ::poll(&polled, 1, -1);
        drain_event_fd(bell);
        subscriber.refresh(monotonic_now());
        const auto held = subscriber.take(0, FrameReader::Wanted::Finished, taken);
        if (!held || !copy_frame(subscriber, *held, target)) {
            return false;
        }
        taken = held->found.info.sequence;
        subscriber.release(*held);
        board.reader_ns[static_cast<std::size_t>(frame)] = own_cpu_time().count();
        board.done.store(frame, std::memory_order_release);
    }
    return true;
}

struct Costs {
    std::vector<double> small_us;
    std::vector<double> whole_us;
};

/// A frame of each batch on average.
Costs costs_of(const Board& board) {
    Costs costs;
    std::size_t at = 0;
    const auto average = [&](const Kind& kind) {
        at += kSettling;
        const std::size_t end = at + static_cast<std::size_t>(kind.frames);
        std::int64_t used = board.reader_ns[end] - board.reader_ns[at];
        while (at < end) {
            used += board.writer_ns[++at];
        }
        return in_microseconds(Nanoseconds(used)) / kind.frames;
    };
    for (int batch = 0; batch < kBatches; ++batch) {
        costs.small_us.push_back(average(kSmall));
        costs.whole_us.push_back(average(kWhole));
    }
    return costs;
}

}  // namespace

Result<BenchFigures> bench_small_change() {
    const FrameGeometry geometry = bench_geometry(kBench4k);
    ORIEL_TRY_ASSIGN(const BenchRegion region, BenchRegion::create(geometry));
    ORIEL_TRY_ASSIGN(const UniqueFd bell, create_event_fd());
    ORIEL_TRY_ASSIGN(Publisher publisher, start_bench_publisher(region.bytes(), geometry));
    const BenchShared<Board> board;
    const auto read = [&] {
        const bool done = read_all(region.bytes(), *board, bell);
        if (!done) {
            board->done = -1;
        }
        return done;
    };
    const auto write = [&] {
        return ChangeWriter(std::move(publisher), *board, bell).run();
    };
    ORIEL_TRY(run_side_by_side(read, write, kLimit));
    const Costs costs = costs_of(*board);
    return BenchFigures{
        {.bench = "small-change",
         .what = "CPU time of both for 64x64 in 4K",
         .measured = median_of(costs.small_us),
         .unit = "us",
         .limit = BenchFigure::Limit{median_of(costs.whole_us), "a whole frame"},
         .budget = BenchFigure::Budget{
             BenchFigure::Budget::Side::AtMost, BenchFigure::Budget::Of::Ratio, 0.01}}};
}

}  // namespace oriel
