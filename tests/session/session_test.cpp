// SPDX-License-Identifier: MIT
// A whole session in one process: a real broker, an agent with a pattern, a viewer without a
// screen; every pixel of every frame shown is checked.

#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/linux/event_fd.h"
#include "capture/best_source.h"
#include "capture/pattern/pattern_picture.h"
#include "capture/pattern/pattern_source.h"
#include "capture/pattern/pattern_stamp.h"
#include "relay/test_region.h"
#include "session/offscreen_session.h"

namespace oriel {
namespace {

class SessionTest : public testing_support::OffscreenSession {
  protected:
    const LayerImage& message() const { return presenter().layer(Layer::Message); }

    bool run_until_shown(std::uint64_t count) {
        return run_until([&] { return shown().count >= count; });
    }
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
    start_agent("pattern:640x480@200,full");
    start_viewer();

    for (std::uint64_t count = 1; count <= 40; ++count) {
        ASSERT_TRUE(run_until_shown(count));
        expect_whole(shown(), picture);
    }
}

/// A still pattern that ends when somebody rings.
class EndingSource final : public Source {
  public:
    explicit EndingSource(Size size, UniqueFd& bell)
        : bell_(create_event_fd().value()),
          pattern_(make_pattern_source({size, 0, PatternChange::Still, {8, 8}})) {
        bell = UniqueFd(::dup(bell_.get()));
    }

    std::string description() const override { return pattern_->description(); }

    Result<void> bind_region(const OwnedHandle& file, const MappedMemory& memory) override {
        return pattern_->bind_region(file, memory);
    }

    NativeHandle wake_handle() const override { return bell_.get(); }

    Result<void> dispatch() override { return Failure(Error::not_found("somebody rang")); }

    std::optional<Nanoseconds> next_due() const override { return pattern_->next_due(); }

    Result<void> set_activity(Activity activity) override {
        return pattern_->set_activity(activity);
    }

    FrameGeometry geometry() const override { return pattern_->geometry(); }

    std::uint32_t refresh_mhz() const override { return pattern_->refresh_mhz(); }

    bool has_change() const override { return pattern_->has_change(); }

    Result<Captured> capture(const CaptureTarget& target) override {
        return pattern_->capture(target);
    }

    void return_damage(const Damage& damage) override { pattern_->return_damage(damage); }

  private:
    UniqueFd bell_;
    std::unique_ptr<Source> pattern_;
};

TEST_F(SessionTest, GoesOnWhereTheSourceCapturesAnotherWay) {
    constexpr Size kFirst{320, 200};
    constexpr Size kSecond{640, 480};
    UniqueFd bell;
    UniqueFd silent;
    bool works = true;
    const auto first = [&]() -> Result<std::unique_ptr<Source>> {
        if (!works) {
            return Failure(Error::unsupported("it worked once"));
        }
        return std::make_unique<EndingSource>(kFirst, bell);
    };
    const auto second = [&]() -> Result<std::unique_ptr<Source>> {
        return std::make_unique<EndingSource>(kSecond, silent);
    };
    agent_ =
        Agent::open(loop_, {.target = target(), .capture = {}, .display = {}, .output = {}}, [&] {
            return open_best_source({{"first", first}, {"second", second}});
        }).value();
    start_viewer();
    ASSERT_TRUE(run_until([&] { return shown().info.geometry.size == kFirst; }));

    works = false;
    ring_event_fd(bell);

    EXPECT_TRUE(run_until([&] { return shown().info.geometry.size == kSecond; }));
    expect_whole(shown(), PatternPicture({kSecond, 0, PatternChange::Still, {8, 8}}));
}

TEST_F(SessionTest, ShowsEveryFrameWholeWhenLittleChanges) {
    const PatternPicture picture(PatternOptions{{640, 480}, 200, PatternChange::Rect, {64, 64}});
    start_agent("pattern:640x480@200,rect");
    start_viewer();

    for (std::uint64_t count = 1; count <= 40; ++count) {
        ASSERT_TRUE(run_until_shown(count));
        expect_whole(shown(), picture);
    }
    EXPECT_LT(viewer_->statistics().damaged_pixels, 640U * 480U * 20U);
}

TEST_F(SessionTest, AViewerSlowerThanTheGuestSkipsFramesAndStaysWhole) {
    const PatternPicture picture(PatternOptions{{640, 480}, 300, PatternChange::Rect, {64, 64}});
    start_agent("pattern:640x480@300,rect");
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

    start_agent("pattern:320x240@60,full");

    ASSERT_TRUE(run_until_shown(1));
    EXPECT_TRUE(message().size.is_empty());
    EXPECT_EQ(last_state_, SessionStatus::State::Live);
}

TEST_F(SessionTest, CoversThePictureWhenTheAgentEnds) {
    start_agent("pattern:320x240@60,full");
    start_viewer();
    ASSERT_TRUE(run_until_shown(1));

    agent_.reset();

    ASSERT_TRUE(run_until([&] { return !message().size.is_empty(); }));
}

TEST_F(SessionTest, FollowsAnAgentThatReturnsWithAnotherSize) {
    const PatternPicture picture(PatternOptions{{800, 600}, 60, PatternChange::Full, {64, 64}});
    start_agent("pattern:320x240@60,full");
    start_viewer();
    ASSERT_TRUE(run_until_shown(3));

    start_agent("pattern:800x600@60,full");

    ASSERT_TRUE(run_until([&] { return shown().info.geometry.size == Size{800, 600}; }));
    EXPECT_TRUE(message().size.is_empty());
    expect_whole(shown(), picture);
}

TEST_F(SessionTest, TheSourceRestsWhileNobodyLooks) {
    start_agent("pattern:320x240@200,full");
    start_viewer();
    ASSERT_TRUE(run_until_shown(3));
    viewer_.reset();
    ASSERT_TRUE(loop_.run_once(std::chrono::milliseconds(200)));
    const std::uint64_t frames = agent_->statistics().frames;

    run_for(std::chrono::milliseconds(200));

    EXPECT_LE(agent_->statistics().frames, frames + 1);
}

TEST_F(SessionTest, AHiddenViewerGetsAFreshPictureWhenItIsSeenAgain) {
    start_agent("pattern:320x240@200,rect");
    start_viewer();
    ASSERT_TRUE(run_until_shown(3));
    viewer_->on_visibility(false);
    run_for(std::chrono::milliseconds(100));
    const std::uint64_t before = shown().info.sequence;

    viewer_->on_visibility(true);

    ASSERT_TRUE(run_until([&] { return shown().info.sequence > before; }));
    expect_whole(shown(),
                 PatternPicture(PatternOptions{{320, 240}, 200, PatternChange::Rect, {64, 64}}));
}

TEST_F(SessionTest, AnAgentWhoseRegionIsReplacedAndGoneWaitsForTheNext) {
    start_agent("pattern:320x240@100,full");
    broker_.reset();
    ASSERT_TRUE(run_until([&] { return agent_->region().link() == Region::Link::Alone; }));
    BrokerOptions other = options();
    other.size *= 2;
    start_broker(other);
    ASSERT_TRUE(run_until([&] { return agent_->region().link() == Region::Link::Replaced; }));
    broker_.reset();
    run_for(std::chrono::milliseconds(1200));

    start_broker(other);
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
