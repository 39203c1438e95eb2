// SPDX-License-Identifier: MIT
#include <memory>

#include <fmt/format.h>

#include "base/poll_loop.h"
#include "host/bench/bench_display.h"
#include "host/bench/bench_list.h"
#include "host/bench/bench_process.h"
#include "host/bench/bench_stage.h"
#include "host/demo/statistics.h"
#include "region/region.h"
#include "relay/relay_subscriber.h"
#include "viewer/frame_pump.h"

// A guest draws 240 whole frames a second; a viewer with a 60 Hz display that reads the slots
// itself shows the newest one at each refresh. None of its slots may be taken from it.

namespace oriel {
namespace {

constexpr const char* kRegion = "fast-guest";
constexpr Size kPicture{1920, 1080};
constexpr std::uint32_t kGuestRate = 240;
constexpr std::uint32_t kHostRate = 60;
constexpr double kUsualSeconds = 60;

struct Board {
    std::uint64_t shown = 0;
    std::uint64_t stale = 0;  ///< Shown although a newer frame was finished.
    std::uint64_t voided = 0;
    std::uint64_t guest_frames = 0;
    double seconds = 0;
};

/// The viewer's half of a viewer: real subscriber, real pump, a display of the bench's.
class FastViewer final : public PresenterListener {
  public:
    static Result<std::unique_ptr<FastViewer>> open();

    Result<void> run(Nanoseconds duration);
    void report(Board& board) const;

    void on_released(std::uint64_t token) override { pump_->on_released(token); }

    void on_shown(std::uint64_t token, Nanoseconds when) override { pump_->on_shown(token, when); }

    void on_exposed() override {}

    void on_visibility(bool /*is_visible*/) override {}

    void on_resized(const WindowArea& /*area*/) override {}

    void on_focus(bool /*has_focus*/) override {}

    void on_input(const InputEvent& /*event*/) override {}

    void on_grab_lost(const std::string& /*why*/) override {}

    void on_grab_limited(const std::string& /*why*/) override {}

    void on_close_wanted() override {}

  private:
    FastViewer() : display_(kHostRate * 1000) {}

    void arm_timers();
    void on_doorbell();
    void on_refresh();
    void show_newest();
    bool was_stale(Nanoseconds before) const;

    PollLoop loop_;
    BenchDisplay display_;
    std::unique_ptr<Region> region_;
    std::unique_ptr<RelaySubscriber> subscriber_;
    std::unique_ptr<FramePump> pump_;
    PollLoop::Id refresh_timer_{};
    PollLoop::Id tick_timer_{};
    PollLoop::Id end_timer_{};
    Nanoseconds next_refresh_{0};
    Nanoseconds start_{0};
    std::uint64_t frames_before_ = 0;
    std::uint64_t shown_ = 0;
    std::uint64_t stale_ = 0;
};

Result<std::unique_ptr<FastViewer>> FastViewer::open() {
    std::unique_ptr<FastViewer> viewer(new FastViewer());
    ORIEL_TRY_ASSIGN(viewer->region_, Region::open({Target::Kind::Name, kRegion}, Role::Show));
    viewer->subscriber_ = std::make_unique<RelaySubscriber>(
        viewer->region_->memory().bytes(),
        SubscriberOptions{.viewer = viewer->region_->viewer_index(),
                          .clock_domain = clock_domain()});
    viewer->pump_ = std::make_unique<FramePump>(*viewer->subscriber_, viewer->display_);
    viewer->subscriber_->refresh(monotonic_now());
    viewer->subscriber_->set_refresh(kHostRate * 1000, Nanoseconds(0));
    viewer->region_->ring_publisher();
    viewer->loop_.watch(viewer->region_->doorbell_handle(),
                        [raw = viewer.get()] { raw->on_doorbell(); });
    return viewer;
}

void FastViewer::arm_timers() {
    constexpr Nanoseconds kTick = std::chrono::milliseconds(500);
    refresh_timer_ = loop_.add_timer([this] { on_refresh(); });
    tick_timer_ = loop_.add_timer([this, kTick] {
        if (subscriber_->tick(monotonic_now()).ring_publisher) {
            region_->ring_publisher();
        }
        loop_.arm(tick_timer_, kTick);
    });
    end_timer_ = loop_.add_timer([this] { loop_.stop(); });
    next_refresh_ = monotonic_now();
    loop_.arm(refresh_timer_, Nanoseconds(0));
    loop_.arm(tick_timer_, Nanoseconds(0));
}

Result<void> FastViewer::run(Nanoseconds duration) {
    arm_timers();
    // The agent resumes its source first.
    const Nanoseconds settled = monotonic_now() + std::chrono::milliseconds(500);
    while (monotonic_now() < settled) {
        ORIEL_TRY(loop_.run_once(settled - monotonic_now()));
    }
    start_ = monotonic_now();
    shown_ = 0;
    stale_ = 0;
    frames_before_ = subscriber_->status().frames;
    loop_.arm(end_timer_, duration);
    return loop_.run();
}

void FastViewer::report(Board& board) const {
    board.shown = shown_;
    board.stale = stale_;
    board.voided = pump_->statistics().voided_holds;
    board.guest_frames = subscriber_->status().frames - frames_before_;
    board.seconds = in_seconds(monotonic_now() - start_);
}

void FastViewer::on_doorbell() {
    region_->drain_doorbell();
    const auto changes = subscriber_->refresh(monotonic_now());
    if (changes.session) {
        pump_->forget_session();
    }
    if (changes.ring_publisher) {
        region_->ring_publisher();
    }
    show_newest();
}

void FastViewer::on_refresh() {
    constexpr Nanoseconds kPeriod = Nanoseconds(std::chrono::seconds(1)) / kHostRate;
    next_refresh_ += kPeriod;
    loop_.arm_at(refresh_timer_, next_refresh_);
    display_.refresh_now(*this);
    subscriber_->refresh(monotonic_now());
    show_newest();
}

void FastViewer::show_newest() {
    const Nanoseconds before = monotonic_now();
    const auto outcome = pump_->pump(before);
    if (outcome && *outcome == FramePump::Outcome::Shown) {
        ++shown_;
        stale_ += was_stale(before) ? 1U : 0U;
    }
}

/// A newer frame than the one just shown was finished before we reached for it.
bool FastViewer::was_stale(Nanoseconds before) const {
    const auto newest = subscriber_->reader(0).newest(FrameReader::Wanted::Finished);
    return newest && newest->info.sequence > display_.last_sequence() &&
           newest->info.times.finished < before;
}

Result<void> view(Board& board) {
    ORIEL_TRY_ASSIGN(const auto viewer, FastViewer::open());
    ORIEL_TRY(
        viewer->run(Nanoseconds(static_cast<std::int64_t>(bench_seconds(kUsualSeconds) * 1e9))));
    viewer->report(board);
    return {};
}

using Budget = BenchFigure::Budget;

BenchFigure none_of(const char* what, std::uint64_t count) {
    return {.bench = "fast-guest",
            .what = what,
            .measured = static_cast<double>(count),
            .unit = "",
            .limit = std::nullopt,
            .budget = Budget{Budget::Side::AtMost, Budget::Of::Measured, 0}};
}

BenchFigure rate_of(const char* what, double rate, std::uint32_t wanted) {
    constexpr double kNearly = 0.97;
    return {.bench = "fast-guest",
            .what = what,
            .measured = rate,
            .unit = "1/s",
            .limit = BenchFigure::Limit{static_cast<double>(wanted), "asked for"},
            .budget = Budget{Budget::Side::AtLeast, Budget::Of::Ratio, kNearly}};
}

}  // namespace

Result<BenchFigures> bench_fast_guest() {
    ORIEL_TRY_ASSIGN(const BenchProgram broker, start_bench_broker(kRegion, kPicture));
    ORIEL_TRY_ASSIGN(
        BenchProgram agent,
        BenchProgram::start(
            "oriel-guest",
            {"--region",
             kRegion,
             "--capture",
             fmt::format("pattern:{}x{}@{},full", kPicture.width, kPicture.height, kGuestRate)}));
    ORIEL_TRY(agent.await([](const DemoSaid& said) { return said.is_started; }));
    const BenchShared<Board> board;
    ORIEL_TRY_ASSIGN(BenchFork viewer, BenchFork::start([&] { return view(*board) ? 0 : 1; }));
    ORIEL_TRY(viewer.wait(std::chrono::seconds(90)));
    const auto per_second = [&](std::uint64_t count) {
        return static_cast<double>(count) / board->seconds;
    };
    return BenchFigures{
        none_of("240 Hz guest, 60 Hz viewer: holds voided", board->voided),
        none_of("240 Hz guest, 60 Hz viewer: shown, not the newest", board->stale),
        rate_of("240 Hz guest: frames published", per_second(board->guest_frames), kGuestRate),
        rate_of("60 Hz viewer: frames shown", per_second(board->shown), kHostRate)};
}

}  // namespace oriel
