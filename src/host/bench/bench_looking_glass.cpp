// SPDX-License-Identifier: MIT
#include <array>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <random>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/linux/process_use.h"
#include "base/mapped_memory.h"
#include "base/poll_loop.h"
#include "host/bench/bench_list.h"
#include "host/bench/bench_process.h"
#include "host/bench/bench_stage.h"
#include "host/demo/statistics.h"
#include "interop/looking_glass/mock/mock_host.h"
#include "interop/looking_glass/mock/mock_picture.h"

// A viewer of a region that has no doorbell: from the moment before a frame is posted to the moment
// at which the viewer woke up for it, at 60 frames a second that come up to half a millisecond
// early or late; and what looking costs while nothing comes. The guest's end is a mock.

namespace oriel {
namespace {

namespace mock = looking_glass::mock;

constexpr std::uint64_t kRegionSize = 32U << 20U;
constexpr Size kPicture{1280, 720};
constexpr mock::Rectangle kChange{64, 64, 64, 64};
constexpr Nanoseconds kPeriod = Nanoseconds(std::chrono::seconds(1)) / 60;
constexpr Nanoseconds kBeat = std::chrono::milliseconds(10);
constexpr int kMostJitterUs = 500;
constexpr std::size_t kMostFrames = 600;
constexpr std::size_t kWarmUp = 60;
constexpr double kUsualSeconds = 10;
constexpr Nanoseconds kSettling = std::chrono::milliseconds(1500);

struct Board {
    std::array<std::atomic<std::int64_t>, kMostFrames + 1> sent_ns{};
    std::atomic<bool> has_started{false};
};

/// The guest: beats for ever, and posts `frames` frames once somebody subscribes.
class Guest {
  public:
    Guest(std::span<std::byte> region, Board& board) : host_(region), board_(board) {
        host_.start(1);
        board_.has_started = true;
    }

    [[noreturn]] void run(std::size_t frames) {
        const PollLoop exact_timers;
        Nanoseconds next_frame = monotonic_now();
        for (std::size_t posted = 0;;) {
            const Nanoseconds now = monotonic_now();
            if (now >= next_beat_) {
                host_.beat(static_cast<std::uint64_t>(now / std::chrono::milliseconds(1)));
                next_beat_ = now + kBeat;
            }
            if (posted < frames && now >= next_frame) {
                posted += host_.can_post_frame() ? post(posted + 1) : 0;
                next_frame = std::max(next_frame + kPeriod, now);
            }
            sleep_until(posted < frames ? std::min(next_beat_, next_frame) : next_beat_);
        }
    }

  private:
    std::size_t post(std::size_t number) {
        std::uniform_int_distribution<int> jitter(0, 2 * kMostJitterUs);
        sleep_until(monotonic_now() + std::chrono::microseconds(jitter(random_)));
        picture_.paint(kChange, static_cast<std::uint32_t>(number));
        const mock::FrameToPost frame = picture_.next_frame();
        board_.sent_ns[number] = monotonic_now().count();
        if (!host_.post_frame(frame)) {
            return 0;
        }
        host_.finish_frame();
        return 1;
    }

    mock::MockHost host_;
    mock::Picture picture_{mock::Format::Bgra, kPicture.width, kPicture.height};
    Board& board_;
    std::mt19937 random_;
    Nanoseconds next_beat_{0};
};

/// A file that both processes map; the viewer finds it by its name.
struct File {
    std::string path;
    MappedMemory memory;
};

Result<File> make_file() {
    const std::filesystem::path path =
        std::filesystem::path(std::getenv("XDG_RUNTIME_DIR")) / "looking-glass";  // NOLINT
    const UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!file || ::ftruncate(file.get(), static_cast<off_t>(kRegionSize)) != 0) {
        return Failure(Error::system("make " + path.string(), errno));
    }
    ORIEL_TRY_ASSIGN(MappedMemory memory,
                     MappedMemory::map(file, Access::ReadWrite, path.string()));
    return File{path.string(), std::move(memory)};
}

Result<double> share_of_core(pid_t process, double seconds) {
    constexpr double kPercent = 100;
    ORIEL_TRY_ASSIGN(const ProcessUse before, use_of(process));
    sleep_until(monotonic_now() + Nanoseconds(static_cast<std::int64_t>(seconds * 1e9)));
    ORIEL_TRY_ASSIGN(const ProcessUse after, use_of(process));
    return in_seconds(after.cpu - before.cpu) / seconds * kPercent;
}

std::vector<double> delays_of(const Board& board, const std::vector<DemoFrame>& frames) {
    std::vector<double> delays;
    for (const DemoFrame& frame : frames) {
        if (frame.sequence > kWarmUp && frame.sequence <= kMostFrames) {
            const std::int64_t sent = board.sent_ns[frame.sequence];
            delays.push_back(in_microseconds(frame.taken - Nanoseconds(sent)));
        }
    }
    return delays;
}

BenchFigure figure(const std::string& what,
                   double measured,
                   const char* unit,
                   std::optional<double> budget) {
    BenchFigure figure{.bench = "looking-glass",
                       .what = what,
                       .measured = measured,
                       .unit = unit,
                       .limit = std::nullopt,
                       .budget = std::nullopt};
    if (budget) {
        figure.budget = BenchFigure::Budget{
            BenchFigure::Budget::Side::AtMost, BenchFigure::Budget::Of::Measured, *budget};
    }
    return figure;
}

}  // namespace

Result<BenchFigures> bench_looking_glass() {
    constexpr double kAwakeUs = 1000;
    constexpr double kStillPercent = 1;
    const double seconds = bench_seconds(kUsualSeconds);
    const auto count =
        std::min(kMostFrames, kWarmUp + static_cast<std::size_t>(seconds * 60 - double{kWarmUp}));
    const BenchShared<Board> board;
    ORIEL_TRY_ASSIGN(const File file, make_file());
    ORIEL_TRY_ASSIGN(const BenchFork guest, BenchFork::start([&]() -> int {
                         Guest(file.memory.bytes(), *board).run(count);
                     }));
    while (!board->has_started) {
        sleep_until(monotonic_now() + kBeat);
    }
    ORIEL_TRY_ASSIGN(
        BenchProgram viewer,
        BenchProgram::start("oriel", {"view", file.path, "--platform", "offscreen", "--frames"}));
    ORIEL_TRY(viewer.await([count](const DemoSaid& said) {
        return !said.frames.empty() && said.frames.back().sequence >= count;
    }));
    sleep_until(monotonic_now() + kSettling);
    ORIEL_TRY_ASSIGN(const double still, share_of_core(viewer.pid(), seconds));
    ORIEL_TRY(viewer.end());
    const std::vector<double> delays = delays_of(*board, viewer.said().frames);
    return BenchFigures{
        figure(
            "60/s, no doorbell: posted to awake, p50", percentile_of(delays, 0.50), "us", kAwakeUs),
        figure("60/s, no doorbell: posted to awake, p99", percentile_of(delays, 0.99), "us", {}),
        figure("still: CPU time of the viewer, of one core", still, "%", kStillPercent)};
}

}  // namespace oriel
