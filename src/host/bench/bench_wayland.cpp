// SPDX-License-Identifier: MIT
#include <atomic>
#include <chrono>
#include <csignal>
#include <functional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/linux/event_fd.h"
#include "base/linux/process_use.h"
#include "host/bench/bench_compositor.h"
#include "host/bench/bench_list.h"
#include "host/bench/bench_process.h"
#include "host/bench/bench_stage.h"
#include "host/bench/bench_wayland_floor.h"
#include "host/ctl/ctl_client.h"
#include "host/demo/statistics.h"
#include "region/region_paths.h"

// What the viewer costs on a Wayland compositor while all of a picture changes 60 times a second,
// beside a client that does nothing but attach and commit (bench_wayland_floor.h), on two
// compositors of the same kind; blocks of each in turn, alone. Both are judged by the frame, since
// a machine with other work shows neither 60. Such a client wakes up twice for a frame: a buffer
// comes back, the next frame is wanted. A third one is rung for each as well, as the viewer is.

namespace oriel {
namespace {

using Budget = BenchFigure::Budget;
using FrameCount = std::atomic<std::uint64_t>;

constexpr int kRounds = 5;
constexpr double kUsualSeconds = 2;
constexpr Nanoseconds kAnswerLimit = std::chrono::seconds(5);

/// Until what was stopped has shown what came meanwhile.
constexpr Nanoseconds kComeBack = std::chrono::milliseconds(300);

/// Processes that stand still until this is gone: three compositors at work on few cores would
/// measure each other.
class StandStill {
  public:
    explicit StandStill(std::vector<pid_t> processes) : processes_(std::move(processes)) {
        send(SIGSTOP);
    }

    ~StandStill() { send(SIGCONT); }

    StandStill(const StandStill&) = delete;
    StandStill& operator=(const StandStill&) = delete;

  private:
    void send(int signal) const {
        for (const pid_t process : processes_) {
            ::kill(process, signal);
        }
    }

    std::vector<pid_t> processes_;
};

/// What a process did in a block of time.
struct Share {
    double percent = 0;       ///< CPU, of one core.
    double per_frame_us = 0;  ///< CPU.
    double rate = 0;          ///< Frames a second.
};

Result<Share> share_of(pid_t process,
                       Nanoseconds block,
                       const std::function<Result<std::uint64_t>()>& frames) {
    constexpr double kPercent = 100;
    // Asked for outside of what is measured.
    ORIEL_TRY_ASSIGN(const std::uint64_t frames_before, frames());
    const Nanoseconds start = monotonic_now();
    ORIEL_TRY_ASSIGN(const ProcessUse before, use_of(process));
    sleep_until(start + block);
    ORIEL_TRY_ASSIGN(const ProcessUse after, use_of(process));
    const double seconds = in_seconds(monotonic_now() - start);
    ORIEL_TRY_ASSIGN(const std::uint64_t frames_after, frames());
    if (frames_after <= frames_before) {
        return Failure(Error::protocol("nothing was shown"));
    }
    const auto shown = static_cast<double>(frames_after - frames_before);
    const Nanoseconds cpu = after.cpu - before.cpu;
    return Share{.percent = in_seconds(cpu) / seconds * kPercent,
                 .per_frame_us = in_microseconds(cpu) / shown,
                 .rate = shown / seconds};
}

/// The median of what blocks of one kind tell of `member`.
double median_share(const std::vector<Share>& shares, double Share::* member) {
    std::vector<double> values;
    for (const Share& share : shares) {
        values.push_back(share.*member);
    }
    return median_of(values);
}

/// A viewer on a compositor, and how many frames it has shown.
class CountedViewer {
  public:
    static Result<CountedViewer> start(const std::string& region, const std::string& display) {
        ORIEL_TRY_ASSIGN(BenchProgram program,
                         BenchProgram::start("oriel",
                                             {"view",
                                              region,
                                              "--platform",
                                              "wayland",
                                              "--input",
                                              "none",
                                              "--remember-window=false"},
                                             {{"WAYLAND_DISPLAY", display}}));
        ORIEL_TRY(
            program.await([](const DemoSaid& said) { return said.first_frame_ms.has_value(); }));
        ORIEL_TRY_ASSIGN(RunningViewer control,
                         choose_viewer(running_viewers(viewers_folder()),
                                       std::nullopt,
                                       static_cast<std::uint32_t>(program.pid())));
        return CountedViewer(std::move(program), std::move(control));
    }

    pid_t pid() const { return program_.pid(); }

    Result<std::uint64_t> frames() const {
        ORIEL_TRY_ASSIGN(
            const CtlAnswer answer,
            ask_viewer(control_.socket, {.verb = ControlRequest::Verb::Stats}, kAnswerLimit));
        const auto stats = nlohmann::json::parse(answer.line, nullptr, false);
        const auto frames = stats.find("frames");
        if (frames == stats.end() || !frames->is_number_unsigned()) {
            return Failure(Error::protocol("the viewer did not say how many frames it showed"));
        }
        return frames->get<std::uint64_t>();
    }

  private:
    CountedViewer(BenchProgram program, RunningViewer control)
        : program_(std::move(program)), control_(std::move(control)) {}

    BenchProgram program_;
    RunningViewer control_;
};

/// As a source that draws 60 times a second.
int ring_on(const UniqueFd& bell) {
    constexpr Nanoseconds kPeriod = std::chrono::microseconds(16'667);
    for (Nanoseconds next = monotonic_now();; next += kPeriod) {
        sleep_until(next);
        ring_event_fd(bell);
    }
}

struct Screen {
    const char* name;
    const char* region;
    Size size;
};

Result<BenchFigures> measure(const Screen& screen) {
    constexpr double kTwice = 2;
    constexpr double kMostPercent = 2.5;
    ORIEL_TRY_ASSIGN(const auto compositor, BenchCompositor::start(screen.size));
    ORIEL_TRY_ASSIGN(const auto floor_compositor, BenchCompositor::start(screen.size));
    ORIEL_TRY_ASSIGN(const auto rung_compositor, BenchCompositor::start(screen.size));
    ORIEL_TRY_ASSIGN(const BenchProgram broker, start_bench_broker(screen.region, screen.size));
    const std::string pattern =
        fmt::format("pattern:{}x{}@60,full", screen.size.width, screen.size.height);
    ORIEL_TRY_ASSIGN(
        BenchProgram agent,
        BenchProgram::start("oriel-guest", {"--region", screen.region, "--capture", pattern}));
    ORIEL_TRY(agent.await([](const DemoSaid& said) { return said.is_started; }));
    ORIEL_TRY_ASSIGN(const CountedViewer viewer,
                     CountedViewer::start(screen.region, compositor->display()));
    const BenchShared<FrameCount> floor_frames;
    ORIEL_TRY_ASSIGN(
        const BenchFork floor, BenchFork::start([&] {
            return commit_by_floor(floor_compositor->display(), screen.size, *floor_frames) ? 0 : 1;
        }));
    ORIEL_TRY_ASSIGN(const UniqueFd bell, create_event_fd());
    const BenchShared<FrameCount> rung_frames;
    ORIEL_TRY_ASSIGN(const BenchFork rung, BenchFork::start([&] {
                         return commit_when_rung(
                                    rung_compositor->display(), screen.size, bell, *rung_frames)
                                    ? 0
                                    : 1;
                     }));
    ORIEL_TRY_ASSIGN(const BenchFork ringer, BenchFork::start([&] { return ring_on(bell); }));
    const auto block = std::chrono::duration_cast<Nanoseconds>(
        std::chrono::duration<double>(bench_seconds(kUsualSeconds)));
    std::vector<Share> viewers;
    std::vector<Share> floors;
    std::vector<Share> rungs;
    sleep_until(monotonic_now() + std::chrono::milliseconds(500));
    const auto frames_of = [](const FrameCount& count) -> Result<std::uint64_t> {
        return count.load(std::memory_order_relaxed);
    };

    const auto alone = [&](pid_t process, std::vector<pid_t> others, const auto& frames) {
        sleep_until(monotonic_now() + kComeBack);
        const StandStill still(std::move(others));
        sleep_until(monotonic_now() + kComeBack);
        return share_of(process, block, frames);
    };
    for (int round = 0; round < kRounds; ++round) {
        ORIEL_TRY_ASSIGN(
            viewers.emplace_back(),
            alone(viewer.pid(), {floor.pid(), rung.pid()}, [&] { return viewer.frames(); }));
        ORIEL_TRY_ASSIGN(floors.emplace_back(), alone(floor.pid(), {viewer.pid(), rung.pid()}, [&] {
                             return frames_of(*floor_frames);
                         }));
        ORIEL_TRY_ASSIGN(rungs.emplace_back(), alone(rung.pid(), {viewer.pid(), floor.pid()}, [&] {
                             return frames_of(*rung_frames);
                         }));
    }
    return BenchFigures{
        {.bench = "wayland",
         .what = fmt::format("{} viewer, CPU time per frame", screen.name),
         .measured = median_share(viewers, &Share::per_frame_us),
         .unit = "us",
         .limit =
             BenchFigure::Limit{median_share(floors, &Share::per_frame_us), "attach and commit"},
         .budget = Budget{Budget::Side::AtMost, Budget::Of::Ratio, kTwice}},
        {.bench = "wayland",
         .what = fmt::format("{} viewer, CPU time per frame", screen.name),
         .measured = median_share(viewers, &Share::per_frame_us),
         .unit = "us",
         .limit = BenchFigure::Limit{median_share(rungs, &Share::per_frame_us), "when rung for"},
         .budget = std::nullopt},
        {.bench = "wayland",
         .what = fmt::format("{} viewer, CPU, of one core", screen.name),
         .measured = median_share(viewers, &Share::percent),
         .unit = "%",
         .limit = BenchFigure::Limit{median_share(floors, &Share::percent), "attach and commit"},
         .budget = Budget{Budget::Side::AtMost, Budget::Of::Measured, kMostPercent}},
        {.bench = "wayland",
         .what = fmt::format("{} frames shown, of 60 a second", screen.name),
         .measured = median_share(viewers, &Share::rate),
         .unit = "1/s",
         .limit = BenchFigure::Limit{median_share(floors, &Share::rate), "attach and commit"},
         .budget = std::nullopt}};
}

}  // namespace

Result<BenchFigures> bench_wayland() {
    ORIEL_TRY_ASSIGN(BenchFigures figures, measure({"1080p", "wayland", {1920, 1080}}));
    ORIEL_TRY_ASSIGN(const BenchFigures large, measure({"4K", "wayland-4k", {3840, 2160}}));
    figures.insert(figures.end(), large.begin(), large.end());
    return figures;
}

}  // namespace oriel
