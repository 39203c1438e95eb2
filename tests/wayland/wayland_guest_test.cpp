// SPDX-License-Identifier: MIT
// A Wayland guest as a viewer sees it: a real compositor, broker, agent and viewer.

#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/linux/child_program.h"
#include "guest/agent.h"
#include "present/offscreen/offscreen_presenter.h"
#include "region/broker_test_support.h"
#include "viewer/viewer.h"
#include "wayland/compositor.h"
#include "wayland/wayland_painter.h"
#include "x11/x11_painter.h"

namespace oriel::test {
namespace {

constexpr Nanoseconds kPatience = std::chrono::seconds(5);
constexpr Size kScreen{640, 360};

class Watching final : public ViewerObserver {
  public:
    void on_state(SessionStatus::State state, const std::string& /*text*/) override {
        last_state = state;
    }

    void on_first_frame() override {}

    SessionStatus::State last_state = SessionStatus::State::NoPublisher;
};

class WaylandGuest : public testing::Test {
  protected:
    WaylandGuest()
        : sway_(Compositor::start_sway({kScreen}).value()),
          painter_(WaylandPainter::open(sway_.display()).value()) {
        start_broker(4);
        painter_->put(Rect::of(kScreen), colourful(kScreen, 1));
    }

    void start_broker(std::uint32_t slots) {
        broker_.reset();
        BrokerOptions options = folder_.options();
        options.size = 32U << 20U;
        options.slots = slots;
        broker_ = std::make_unique<testing_support::BrokerThread>(options);
    }

    Target target() const {
        return {Target::Kind::Socket, folder_.folder_of("test") + "/viewer.sock"};
    }

    void start_agent() {
        auto agent = Agent::open(
            loop_,
            {.target = target(), .capture = "wayland", .display = sway_.display(), .output = {}});
        ASSERT_TRUE(agent) << agent.error().message;
        agent_ = std::move(*agent);
    }

    void start_viewer(std::uint32_t refresh_mhz = 0) {
        auto viewer = Viewer::open(loop_,
                                   {.target = target(),
                                    .platform = ViewerOptions::Platform::Offscreen,
                                    .mode = {},
                                    .window_size = {},
                                    .offscreen_refresh_mhz = refresh_mhz,
                                    .output = {}},
                                   watching_);
        ASSERT_TRUE(viewer) << viewer.error().message;
        viewer_ = std::move(*viewer);
    }

    const OffscreenPresenter::Shown& shown() const {
        return dynamic_cast<const OffscreenPresenter&>(viewer_->presenter()).last_frame();
    }

    template <class Condition>
    bool run_until(Condition condition, Nanoseconds limit = kPatience) {
        const Nanoseconds deadline = monotonic_now() + limit;
        while (!condition()) {
            const Nanoseconds left = deadline - monotonic_now();
            if (left <= Nanoseconds(0) || !loop_.run_once(left)) {
                return false;
            }
        }
        return true;
    }

    bool shows(const std::vector<std::uint32_t>& wanted) const {
        const auto& frame = shown();
        const std::size_t width = frame.info.geometry.size.width;
        if (frame.count == 0 || frame.info.geometry.size.area() != wanted.size()) {
            return false;
        }
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            std::uint32_t pixel = 0;
            const std::size_t at = i / width * frame.info.geometry.stride + i % width * 4;
            std::memcpy(&pixel, frame.pixels.data() + at, sizeof(pixel));
            if ((pixel & 0xFFFFFF) != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    bool shows_the_window() {
        return run_until([this] { return shows(painter_->truth()); });
    }

    void draw_somewhere(std::uint32_t seed) {
        const Size screen = painter_->size();
        const Rect place{seed * 73 % (screen.width - 60), seed * 31 % (screen.height - 40), 60, 40};
        painter_->put(place, colourful({place.width, place.height}, seed));
    }

    Compositor sway_;
    std::unique_ptr<WaylandPainter> painter_;
    testing_support::TestFolder folder_;
    std::unique_ptr<testing_support::BrokerThread> broker_;
    PollLoop loop_;
    Watching watching_;
    std::unique_ptr<Agent> agent_;
    std::unique_ptr<Viewer> viewer_;
};

TEST_F(WaylandGuest, IsShownWithEachChange) {
    start_agent();
    start_viewer();
    ASSERT_TRUE(shows_the_window());
    for (std::uint32_t i = 0; i < 60; ++i) {
        draw_somewhere(i);
        ASSERT_TRUE(shows_the_window()) << i;
    }
    EXPECT_EQ(viewer_->statistics().voided_holds, 0U);
}

TEST_F(WaylandGuest, IsShownWithTheFewestSlotsThereCanBe) {
    start_broker(2);
    start_agent();
    start_viewer();
    for (std::uint32_t i = 0; i < 20; ++i) {
        draw_somewhere(i);
        ASSERT_TRUE(shows_the_window()) << i;
    }
}

TEST_F(WaylandGuest, IsShownToASlowViewer) {
    start_agent();
    start_viewer(10'000);
    for (std::uint32_t i = 0; i < 20; ++i) {
        draw_somewhere(i);
    }
    EXPECT_TRUE(shows_the_window());
}

TEST_F(WaylandGuest, SleepsWhileNothingChanges) {
    start_agent();
    start_viewer();
    ASSERT_TRUE(shows_the_window());
    run_until([] { return false; }, std::chrono::milliseconds(700));
    const std::uint64_t before = agent_->statistics().frames;

    int rounds = 0;
    run_until(
        [&] {
            ++rounds;
            return false;
        },
        std::chrono::seconds(2));

    EXPECT_EQ(agent_->statistics().frames, before);
    // Agent and viewer each tick twice a second, and ring each other.
    EXPECT_LT(rounds, 30);
}

TEST_F(WaylandGuest, IsNotCapturedWhileNobodyLooks) {
    start_agent();
    start_viewer();
    ASSERT_TRUE(shows_the_window());
    viewer_.reset();
    run_until([] { return false; }, std::chrono::milliseconds(300));
    const std::uint64_t before = agent_->statistics().frames;

    for (std::uint32_t i = 0; i < 10; ++i) {
        draw_somewhere(i);
    }
    run_until([] { return false; }, std::chrono::milliseconds(200));
    EXPECT_EQ(agent_->statistics().frames, before);

    start_viewer();
    EXPECT_TRUE(shows_the_window());
}

TEST_F(WaylandGuest, FollowsEachModeAlsoALargerOne) {
    start_agent();
    start_viewer();
    for (const Size size : {Size{320, 240}, Size{1024, 768}, Size{501, 333}, kScreen}) {
        ASSERT_TRUE(sway_.tell(
            {fmt::format("output HEADLESS-1 mode --custom {}x{}@60Hz", size.width, size.height)}));
        painter_->follow();
        draw_somewhere(size.width);
        EXPECT_TRUE(shows_the_window()) << size.width;
    }
}

TEST_F(WaylandGuest, ComesBackWithItsCompositor) {
    start_agent();
    start_viewer();
    ASSERT_TRUE(shows_the_window());

    painter_.reset();
    sway_.kill();
    ASSERT_TRUE(run_until([this] { return watching_.last_state != SessionStatus::State::Live; }));
    ASSERT_TRUE(sway_.restart());
    painter_ = WaylandPainter::open(sway_.display()).value();
    painter_->put(Rect::of(painter_->size()), colourful(painter_->size(), 9));

    EXPECT_TRUE(run_until([this] { return watching_.last_state == SessionStatus::State::Live; }));
    EXPECT_TRUE(shows_the_window());
}

TEST_F(WaylandGuest, IsUprightInScreenshotsHoweverTheOutputIsTurned) {
    const char* programs = std::getenv("ORIEL_BIN_DIR");  // NOLINT(concurrency-mt-unsafe)
    ASSERT_NE(programs, nullptr);
    start_agent();
    for (const char* turn : {"90", "180", "270", "flipped", "flipped-90", "flipped-270"}) {
        ASSERT_TRUE(sway_.tell({fmt::format("output HEADLESS-1 transform {}", turn)}));
        painter_->follow();
        painter_->put(Rect::of(painter_->size()), colourful(painter_->size(), 3));
        const auto picture = sway_.picture();
        ASSERT_TRUE(picture) << picture.error().message;
        const std::string file = folder_.path() + "/shot.png";
        auto shot = ChildProgram::start(
            {.label = "screenshot",
             .arguments =
                 {std::string(programs) + "/oriel", "screenshot", target().text(), "-o", file},
             .environment = {}});
        ASSERT_TRUE(shot) << shot.error().message;
        // The agent is in this process.
        while (!shot->has_ended()) {
            run_until([] { return false; }, std::chrono::milliseconds(20));
        }
        ASSERT_EQ(shot->exit_code(), 0);
        const auto convert =
            ChildProgram::start({.label = "convert",
                                 .arguments = {"convert", file, "-depth", "8", "bgra:-"},
                                 .environment = {},
                                 .output = ChildCommand::Output::Pipe});
        ASSERT_TRUE(convert) << convert.error().message;
        auto pixels = read_output(*convert, 1U << 24U, kPatience);
        ASSERT_TRUE(pixels) << pixels.error().message;
        ASSERT_EQ(pixels->size(), picture->pixels.size()) << turn;
        for (std::size_t i = 3; i < pixels->size(); i += 4) {
            (*pixels)[i] = picture->pixels[i];
        }
        EXPECT_TRUE(*pixels == picture->pixels) << turn;
    }
}

}  // namespace
}  // namespace oriel::test
