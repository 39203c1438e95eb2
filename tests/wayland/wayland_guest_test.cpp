// SPDX-License-Identifier: MIT
// A Wayland guest as a viewer sees it: a real compositor, broker, agent and viewer.

#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/linux/child_program.h"
#include "session/offscreen_session.h"
#include "wayland/compositor.h"
#include "wayland/wayland_painter.h"
#include "x11/x11_painter.h"

namespace oriel::test {
namespace {

constexpr Size kScreen{640, 360};

class WaylandGuest : public testing_support::OffscreenSession {
  protected:
    WaylandGuest()
        : sway_(Compositor::start_sway({kScreen}).value()),
          painter_(WaylandPainter::open(sway_.display()).value()) {
        start_broker_with_slots(4);
        painter_->put(Rect::of(kScreen), colourful(kScreen, 1));
    }

    void start_broker_with_slots(std::uint32_t slots) {
        BrokerOptions with_slots = options();
        with_slots.slots = slots;
        start_broker(with_slots);
    }

    void start_wayland_agent() { start_agent("wayland", sway_.display()); }

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
};

TEST_F(WaylandGuest, IsShownWithEachChange) {
    start_wayland_agent();
    start_viewer();
    ASSERT_TRUE(shows_the_window());
    for (std::uint32_t i = 0; i < 60; ++i) {
        draw_somewhere(i);
        ASSERT_TRUE(shows_the_window()) << i;
    }
    EXPECT_EQ(viewer_->statistics().voided_holds, 0U);
}

TEST_F(WaylandGuest, IsShownWithTheFewestSlotsThereCanBe) {
    start_broker_with_slots(2);
    start_wayland_agent();
    start_viewer();
    for (std::uint32_t i = 0; i < 20; ++i) {
        draw_somewhere(i);
        ASSERT_TRUE(shows_the_window()) << i;
    }
}

TEST_F(WaylandGuest, IsShownToASlowViewer) {
    start_wayland_agent();
    start_viewer(10'000);
    for (std::uint32_t i = 0; i < 20; ++i) {
        draw_somewhere(i);
    }
    EXPECT_TRUE(shows_the_window());
}

TEST_F(WaylandGuest, SleepsWhileNothingChanges) {
    start_wayland_agent();
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
    start_wayland_agent();
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
    start_wayland_agent();
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
    start_wayland_agent();
    start_viewer();
    ASSERT_TRUE(shows_the_window());

    painter_.reset();
    sway_.kill();
    ASSERT_TRUE(run_until([this] { return last_state_ != SessionStatus::State::Live; }));
    ASSERT_TRUE(sway_.restart());
    painter_ = WaylandPainter::open(sway_.display()).value();
    painter_->put(Rect::of(painter_->size()), colourful(painter_->size(), 9));

    EXPECT_TRUE(run_until([this] { return last_state_ == SessionStatus::State::Live; }));
    EXPECT_TRUE(shows_the_window());
}

TEST_F(WaylandGuest, IsUprightInScreenshotsHoweverTheOutputIsTurned) {
    const char* programs = std::getenv("ORIEL_BIN_DIR");  // NOLINT(concurrency-mt-unsafe)
    ASSERT_NE(programs, nullptr);
    start_wayland_agent();
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
        auto pixels = read_output(*convert, 1U << 24U, std::chrono::seconds(5));
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
