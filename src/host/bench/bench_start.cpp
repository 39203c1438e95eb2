// SPDX-License-Identifier: MIT
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "host/bench/bench_list.h"
#include "host/bench/bench_process.h"
#include "host/bench/bench_stage.h"
#include "host/demo/display_client.h"
#include "host/demo/statistics.h"
#include "region/region.h"
#include "relay/relay_subscriber.h"

// From starting a viewer to the guest's picture on the host's screen, seen there by a third
// program; and from the first frame of an agent that was killed and started again.

namespace oriel {
namespace {

constexpr const char* kRegion = "start";
constexpr Size kScreen{1280, 720};
constexpr int kStarts = 9;
constexpr int kRestarts = 5;
constexpr Nanoseconds kStep = std::chrono::microseconds(500);
constexpr Nanoseconds kLimit = std::chrono::seconds(10);
constexpr Nanoseconds kPause = std::chrono::milliseconds(300);

using Budget = BenchFigure::Budget;

/// The two ends: a guest's screen of one colour, and the place on the host's where it arrives.
class Colours {
  public:
    static Result<Colours> open(const BenchScreens& screens) {
        ORIEL_TRY_ASSIGN(DisplayClient guest, DisplayClient::open(screens.guest.screen.display()));
        ORIEL_TRY_ASSIGN(DisplayClient host, DisplayClient::open(screens.host.screen.display()));
        return Colours(std::move(guest), std::move(host));
    }

    /// Another one than all before.
    void paint_next() {
        constexpr std::uint32_t kStepBetween = 0x103050;
        colour_ = (colour_ + kStepBetween) & 0xFFFFFFU;
        guest_.fill(Rect::of(guest_.size()), colour_);
        guest_.sync();
    }

    /// Blocks: until it can be seen on the host; calls `meanwhile` in between.
    Result<Nanoseconds> await(const std::function<void()>& meanwhile) {
        const Nanoseconds give_up = monotonic_now() + kLimit;
        while (host_.pixel(kScreen.width / 2, kScreen.height / 2) != colour_) {
            meanwhile();
            if (monotonic_now() > give_up) {
                return Failure(Error::protocol("the picture did not arrive within 10 s"));
            }
            sleep_until(monotonic_now() + kStep);
        }
        return monotonic_now();
    }

  private:
    Colours(DisplayClient guest, DisplayClient host)
        : guest_(std::move(guest)), host_(std::move(host)) {}

    DisplayClient guest_;
    DisplayClient host_;
    std::uint32_t colour_ = 0x102030;
};

/// Starting a program of ours and nothing more.
Result<double> bare_start_ms() {
    const Nanoseconds start = monotonic_now();
    ORIEL_TRY_ASSIGN(BenchProgram program, BenchProgram::start("oriel", {"--version"}));
    ORIEL_TRY(program.end());
    return in_milliseconds(monotonic_now() - start);
}

struct Starts {
    std::vector<double> first_picture_ms;
    std::vector<double> bare_ms;
};

Result<Starts> measure_starts(const std::string& target,
                              const BenchScreens& screens,
                              Colours& colours) {
    Starts starts;
    ORIEL_TRY_ASSIGN(BenchProgram agent, start_bench_agent(target, screens));
    for (int i = 0; i < kStarts; ++i) {
        ORIEL_TRY_ASSIGN(const double bare, bare_start_ms());
        starts.bare_ms.push_back(bare);
        colours.paint_next();
        sleep_until(monotonic_now() + kPause);
        const Nanoseconds start = monotonic_now();
        ORIEL_TRY_ASSIGN(BenchProgram viewer, begin_bench_viewer(target, screens));
        ORIEL_TRY_ASSIGN(const Nanoseconds seen, colours.await([] {}));
        starts.first_picture_ms.push_back(in_milliseconds(seen - start));
        ORIEL_TRY(viewer.end());
    }
    ORIEL_TRY(agent.end());
    return starts;
}

BenchFigure start_figure(const char* what, const Starts& starts, double budget_ms) {
    return {.bench = "start",
            .what = what,
            .measured = median_of(starts.first_picture_ms),
            .unit = "ms",
            .limit = BenchFigure::Limit{median_of(starts.bare_ms), "oriel --version"},
            .budget = Budget{Budget::Side::AtMost, Budget::Of::Measured, budget_ms}};
}

/// Sees when a new agent finishes its first frame. Watches only.
class FirstFrame {
  public:
    static Result<FirstFrame> open() {
        ORIEL_TRY_ASSIGN(auto region, Region::open({Target::Kind::Name, kRegion}, Role::Watch));
        return FirstFrame(std::move(region));
    }

    /// What is there now is the old agent's.
    void forget() { when_.reset(); }

    void look() {
        const bool is_new_session = subscriber_.refresh(monotonic_now()).session;
        is_new_agent_ = is_new_agent_ || is_new_session;
        if (when_ || !is_new_agent_ || subscriber_.outputs().empty()) {
            return;
        }
        if (const auto found = subscriber_.reader(0).newest(FrameReader::Wanted::Finished)) {
            when_ = found->info.times.finished;
            is_new_agent_ = false;
        }
    }

    const std::optional<Nanoseconds>& when() const { return when_; }

  private:
    explicit FirstFrame(std::unique_ptr<Region> region)
        : region_(std::move(region)), subscriber_(region_->memory().bytes(), {}) {
        subscriber_.refresh(monotonic_now());
    }

    std::unique_ptr<Region> region_;
    RelaySubscriber subscriber_;
    bool is_new_agent_ = false;
    std::optional<Nanoseconds> when_;
};

Result<BenchFigure> measure_restarts(const BenchScreens& screens, Colours& colours) {
    ORIEL_TRY_ASSIGN(BenchProgram agent, start_bench_agent(kRegion, screens));
    ORIEL_TRY_ASSIGN(const BenchProgram viewer, start_bench_viewer(kRegion, screens));
    ORIEL_TRY_ASSIGN(FirstFrame first_frame, FirstFrame::open());
    std::vector<double> delays_ms;
    for (int i = 0; i < kRestarts; ++i) {
        agent.kill();
        colours.paint_next();
        sleep_until(monotonic_now() + kPause);
        first_frame.forget();
        ORIEL_TRY_ASSIGN(
            agent,
            BenchProgram::start("oriel-guest",
                                {"--region",
                                 kRegion,
                                 "--capture",
                                 "x11",
                                 "--display",
                                 screens.guest.screen.display()},
                                environment_of(screens.guest.screen.display(), *screens.cookie)));
        ORIEL_TRY_ASSIGN(const Nanoseconds seen, colours.await([&] { first_frame.look(); }));
        first_frame.look();
        if (!first_frame.when()) {
            return Failure(Error::protocol("the agent's first frame was not seen"));
        }
        delays_ms.push_back(in_milliseconds(seen - *first_frame.when()));
    }
    return BenchFigure{.bench = "start",
                       .what = "picture after an agent's restart, from its first frame",
                       .measured = median_of(delays_ms),
                       .unit = "ms",
                       .limit = std::nullopt,
                       .budget = Budget{Budget::Side::AtMost, Budget::Of::Measured, 100}};
}

}  // namespace

Result<BenchFigures> bench_start() {
    constexpr double kWoken = 150;
    constexpr double kNotWoken = 350;
    ORIEL_TRY_ASSIGN(const BenchScreens screens, BenchScreens::start(kScreen));
    ORIEL_TRY_ASSIGN(Colours colours, Colours::open(screens));
    ORIEL_TRY_ASSIGN(const BenchProgram broker, start_bench_broker(kRegion, kScreen));
    ORIEL_TRY_ASSIGN(const Starts woken, measure_starts(kRegion, screens, colours));
    const std::filesystem::path file =
        std::filesystem::path(std::getenv("XDG_RUNTIME_DIR")) / "start.region";  // NOLINT
    ORIEL_TRY_ASSIGN(
        const Starts not_woken,
        measure_starts(fmt::format("file:{},size=32", file.string()), screens, colours));
    ORIEL_TRY_ASSIGN(const BenchFigure restart, measure_restarts(screens, colours));
    return BenchFigures{start_figure("viewer's first picture, agent rung", woken, kWoken),
                        start_figure("viewer's first picture, no doorbell", not_woken, kNotWoken),
                        restart};
}

}  // namespace oriel
