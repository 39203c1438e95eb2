// SPDX-License-Identifier: MIT
// A whole session in one process: a real broker, an agent with a pattern, a viewer without a
// screen; every pixel of every frame shown is checked.

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "capture/pattern/pattern_picture.h"
#include "capture/pattern/pattern_stamp.h"
#include "guest/agent.h"
#include "present/offscreen/offscreen_presenter.h"
#include "region/broker_test_support.h"
#include "relay/test_region.h"
#include "viewer/viewer.h"

namespace oriel {
namespace {

constexpr Nanoseconds kPatience = std::chrono::seconds(5);

class Watching final : public ViewerObserver {
  public:
    void on_state(SessionStatus::State state, const std::string& /*text*/) override {
        last_state = state;
    }

    void on_first_frame() override {}

    SessionStatus::State last_state = SessionStatus::State::NoPublisher;
};

class SessionTest : public testing::Test {
  protected:
    SessionTest() : broker_(std::make_unique<testing_support::BrokerThread>(options())) {}

    BrokerOptions options() const {
        BrokerOptions options = folder_.options();
        options.size = 32U << 20U;
        return options;
    }

    Target target() const {
        return {Target::Kind::Socket, folder_.folder_of("test") + "/viewer.sock"};
    }

    void start_agent(const std::string& pattern) {
        agent_.reset();
        auto agent = Agent::open(
            loop_,
            {.target = target(), .capture = "pattern:" + pattern, .display = {}, .output = {}});
        ASSERT_TRUE(agent) << agent.error().message;
        agent_ = std::move(*agent);
    }

    void start_viewer(std::uint32_t refresh_mhz = 0) {
        viewer_.reset();
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

    const OffscreenPresenter& presenter() const {
        return dynamic_cast<const OffscreenPresenter&>(viewer_->presenter());
    }

    const OffscreenPresenter::Shown& shown() const { return presenter().last_frame(); }

    const LayerImage& message() const { return presenter().layer(Layer::Message); }

    template <class Condition>
    bool run_until(Condition condition) {
        const Nanoseconds deadline = monotonic_now() + kPatience;
        while (!condition()) {
            const Nanoseconds left = deadline - monotonic_now();
            if (left <= Nanoseconds(0) || !loop_.run_once(left)) {
                return false;
            }
        }
        return true;
    }

    bool run_until_shown(std::uint64_t count) {
        return run_until([&] { return shown().count >= count; });
    }

    testing_support::TestFolder folder_;
    std::unique_ptr<testing_support::BrokerThread> broker_;
    PollLoop loop_;
    Watching watching_;
    std::unique_ptr<Agent> agent_;
    std::unique_ptr<Viewer> viewer_;
};

/// Every frame shown carries its number, and is that frame to the last pixel.
void expect_whole(const OffscreenPresenter::Shown& shown, const PatternPicture& picture) {
    const auto stamp = read_stamp(shown.pixels, shown.info.geometry);
    ASSERT_TRUE(stamp);
    EXPECT_TRUE(picture.matches(shown.pixels, shown.info.geometry, stamp->frame))
        << "frame " << stamp->frame;
}

TEST_F(SessionTest, ShowsEveryFrameWholeWhenAllOfItChanges) {
    const PatternPicture picture(PatternOptions{{640, 480}, 200, PatternChange::Full, {64, 64}});
    start_agent("640x480@200,full");
    start_viewer();

    for (std::uint64_t count = 1; count <= 40; ++count) {
        ASSERT_TRUE(run_until_shown(count));
        expect_whole(shown(), picture);
    }
}

TEST_F(SessionTest, ShowsEveryFrameWholeWhenLittleChanges) {
    const PatternPicture picture(PatternOptions{{640, 480}, 200, PatternChange::Rect, {64, 64}});
    start_agent("640x480@200,rect");
    start_viewer();

    for (std::uint64_t count = 1; count <= 40; ++count) {
        ASSERT_TRUE(run_until_shown(count));
        expect_whole(shown(), picture);
    }
    EXPECT_LT(viewer_->statistics().damaged_pixels, 640U * 480U * 20U);
}

TEST_F(SessionTest, AViewerSlowerThanTheGuestSkipsFramesAndStaysWhole) {
    const PatternPicture picture(PatternOptions{{640, 480}, 300, PatternChange::Rect, {64, 64}});
    start_agent("640x480@300,rect");
    start_viewer(30'000);

    for (std::uint64_t count = 1; count <= 10; ++count) {
        ASSERT_TRUE(run_until_shown(count));
        expect_whole(shown(), picture);
    }
    EXPECT_GT(shown().info.sequence, 50U);
    EXPECT_EQ(viewer_->statistics().voided_holds, 0U);
}

/// Publishes a frame and rings for it when it is told to.
class RingingPublisher {
  public:
    explicit RingingPublisher(const Target& target)
        : region_(Region::open(target, Role::Publish).value()),
          publisher_(Publisher::start(
                         region_->memory().bytes(),
                         TestRegion::description({{slot_bytes_for(TestRegion::geometry()), 3}}),
                         TestRegion::kEpoch,
                         TestRegion::kNonce,
                         monotonic_now())
                         .value()) {
        publisher_.set_state(abi::kStateLive, abi::kReasonNone);
    }

    /// Returns its sequence.
    std::uint64_t publish() {
        const std::uint64_t sequence =
            publish_frame(publisher_, Damage::whole(TestRegion::kPicture), monotonic_now());
        region_->ring_viewers(1);
        return sequence;
    }

  private:
    std::unique_ptr<Region> region_;
    Publisher publisher_;
};

/// One display refresh a second: what comes meanwhile waits for it, and none of it is worth a look.
TEST_F(SessionTest, RungWhileAFrameWaitsTheViewerSleepsAndThenShowsTheNewest) {
    constexpr Nanoseconds kBetweenRings = std::chrono::milliseconds(1);
    constexpr int kRings = 60;
    RingingPublisher publisher(target());
    start_viewer(1'000);
    publisher.publish();
    ASSERT_TRUE(run_until_shown(1));

    std::uint64_t newest = 0;
    int heard = 0;
    for (int ring = 0; ring < kRings; ++ring) {
        newest = publisher.publish();
        const Nanoseconds rung = monotonic_now();
        ASSERT_TRUE(loop_.run_once(kBetweenRings));
        heard += monotonic_now() - rung < kBetweenRings ? 1 : 0;
    }

    EXPECT_EQ(shown().count, 1U) << "its display was ready too early for this test";
    EXPECT_LT(heard, kRings / 2) << "each of them woke it";
    ASSERT_TRUE(run_until_shown(2));
    EXPECT_EQ(shown().info.sequence, newest);
}

TEST_F(SessionTest, SaysWhatItWaitsForAndShowsTheAgentThatComesLater) {
    start_viewer();
    ASSERT_TRUE(run_until([&] { return !message().size.is_empty(); }));
    EXPECT_TRUE(viewer_->message().starts_with("waiting for the guest's agent"));

    start_agent("320x240@60,full");

    ASSERT_TRUE(run_until_shown(1));
    EXPECT_TRUE(message().size.is_empty());
    EXPECT_EQ(watching_.last_state, SessionStatus::State::Live);
}

TEST_F(SessionTest, CoversThePictureWhenTheAgentEnds) {
    start_agent("320x240@60,full");
    start_viewer();
    ASSERT_TRUE(run_until_shown(1));

    agent_.reset();

    ASSERT_TRUE(run_until([&] { return !message().size.is_empty(); }));
}

TEST_F(SessionTest, FollowsAnAgentThatReturnsWithAnotherSize) {
    const PatternPicture picture(PatternOptions{{800, 600}, 60, PatternChange::Full, {64, 64}});
    start_agent("320x240@60,full");
    start_viewer();
    ASSERT_TRUE(run_until_shown(3));

    start_agent("800x600@60,full");

    ASSERT_TRUE(run_until([&] { return shown().info.geometry.size == Size{800, 600}; }));
    EXPECT_TRUE(message().size.is_empty());
    expect_whole(shown(), picture);
}

TEST_F(SessionTest, TheSourceRestsWhileNobodyLooks) {
    start_agent("320x240@200,full");
    start_viewer();
    ASSERT_TRUE(run_until_shown(3));
    viewer_.reset();
    ASSERT_TRUE(loop_.run_once(std::chrono::milliseconds(200)));
    const std::uint64_t frames = agent_->statistics().frames;

    const Nanoseconds until = monotonic_now() + std::chrono::milliseconds(200);
    while (monotonic_now() < until) {
        ASSERT_TRUE(loop_.run_once(until - monotonic_now()));
    }

    EXPECT_LE(agent_->statistics().frames, frames + 1);
}

TEST_F(SessionTest, AHiddenViewerGetsAFreshPictureWhenItIsSeenAgain) {
    start_agent("320x240@200,rect");
    start_viewer();
    ASSERT_TRUE(run_until_shown(3));
    viewer_->on_visibility(false);
    const Nanoseconds until = monotonic_now() + std::chrono::milliseconds(100);
    while (monotonic_now() < until) {
        ASSERT_TRUE(loop_.run_once(until - monotonic_now()));
    }
    const std::uint64_t before = shown().info.sequence;

    viewer_->on_visibility(true);

    ASSERT_TRUE(run_until([&] { return shown().info.sequence > before; }));
    expect_whole(shown(),
                 PatternPicture(PatternOptions{{320, 240}, 200, PatternChange::Rect, {64, 64}}));
}

TEST_F(SessionTest, AnAgentWhoseRegionIsReplacedAndGoneWaitsForTheNext) {
    start_agent("320x240@100,full");
    broker_.reset();
    ASSERT_TRUE(run_until([&] { return agent_->region().link() == Region::Link::Alone; }));
    BrokerOptions other = options();
    other.size *= 2;
    broker_ = std::make_unique<testing_support::BrokerThread>(other);
    ASSERT_TRUE(run_until([&] { return agent_->region().link() == Region::Link::Replaced; }));
    broker_.reset();
    const Nanoseconds until = monotonic_now() + std::chrono::milliseconds(1200);
    while (monotonic_now() < until) {
        ASSERT_TRUE(loop_.run_once(until - monotonic_now()));
    }

    broker_ = std::make_unique<testing_support::BrokerThread>(other);
    start_viewer();

    ASSERT_TRUE(run_until_shown(2));
    expect_whole(shown(),
                 PatternPicture(PatternOptions{{320, 240}, 100, PatternChange::Full, {64, 64}}));
}

TEST_F(SessionTest, AScreenTooLargeForTheRegionSaysTheSizeNeeded) {
    auto agent = Agent::open(
        loop_,
        {.target = target(), .capture = "pattern:8192x8192@1,full", .display = {}, .output = {}});

    ASSERT_FALSE(agent);
    EXPECT_NE(agent.error().message.find("--size 1024"), std::string::npos)
        << agent.error().message;
}

}  // namespace
}  // namespace oriel
