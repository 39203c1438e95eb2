// SPDX-License-Identifier: MIT
// Frames that a copying viewer follows while they are written.
#include "viewer/frame_pump.h"

#include <atomic>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include "interop/looking_glass/testing_rig.h"
#include "present/offscreen/offscreen_presenter.h"
#include "relay/relay_subscriber.h"
#include "relay/test_region.h"

namespace oriel {
namespace {

class FramePumpTest : public testing::Test {
  protected:
    void SetUp() override {
        subscriber_.refresh(monotonic_now());
        auto opened = OffscreenPresenter::open({});
        ASSERT_TRUE(opened);
        presenter_ = std::move(*opened);
        pump_.emplace(subscriber_, *presenter_);
    }

    /// Begins a frame and announces it: none of its rows is there.
    void announce() {
        const FrameContent content{.damage = Damage::whole(TestRegion::kPicture)};
        ASSERT_TRUE(publisher_.begin_frame(0, TestRegion::geometry(), monotonic_now()));
        publisher_.announce_frame(content, monotonic_now());
    }

    void finish() {
        publisher_.finish_frame({.damage = Damage::whole(TestRegion::kPicture)}, monotonic_now());
    }

    FramePump::Outcome pump() {
        subscriber_.refresh(monotonic_now());
        return pump_->pump(monotonic_now()).value();
    }

    TestRegion region_;
    Publisher publisher_ = region_.publish();
    RelaySubscriber subscriber_{region_.bytes(), {.viewer = 0}};
    std::unique_ptr<OffscreenPresenter> presenter_;
    std::optional<FramePump> pump_;
};

TEST_F(FramePumpTest, ShowsAFrameThatItGaveUpOnceItIsFinished) {
    announce();
    ASSERT_EQ(pump(), FramePump::Outcome::Nothing);

    finish();

    EXPECT_EQ(pump(), FramePump::Outcome::Shown);
    EXPECT_EQ(presenter_->last_frame().count, 1U);
    EXPECT_EQ(pump(), FramePump::Outcome::Nothing);
}

TEST_F(FramePumpTest, ShowsFourFramesInAPeriodAtMost) {
    pump_->set_refresh(10'000);
    publish_frame(publisher_);
    ASSERT_EQ(pump(), FramePump::Outcome::Shown);
    publish_frame(publisher_);
    publish_frame(publisher_);

    EXPECT_EQ(pump(), FramePump::Outcome::TooSoon);
    std::this_thread::sleep_for(pump_->next_show() - monotonic_now());
    EXPECT_EQ(pump(), FramePump::Outcome::Shown);
    EXPECT_EQ(presenter_->last_frame().info.sequence, 3U);
}

/// Draws at once, and has refreshes that somebody wants to meet.
class PacedPresenter final : public Presenter {
  public:
    explicit PacedPresenter(Presenter& inner) : inner_(inner) {}

    std::optional<Nanoseconds> refresh_at;

    std::optional<Nanoseconds> next_refresh(Nanoseconds /*now*/) const override {
        return refresh_at;
    }

    std::string description() const override { return inner_.description(); }

    Use use() const override { return inner_.use(); }

    Result<void> bind_region(const UniqueFd& fd, const MappedMemory& memory) override {
        return inner_.bind_region(fd, memory);
    }

    std::span<std::byte> copy_target(const FrameGeometry& geometry) override {
        return inner_.copy_target(geometry);
    }

    bool is_ready() const override { return true; }

    Result<void> show(const PresentFrame& frame, const Damage& damage) override {
        return inner_.show(frame, damage);
    }

    Result<void> show_layer(Layer layer, const LayerImage& image) override {
        return inner_.show_layer(layer, image);
    }

    WindowArea area() const override { return inner_.area(); }

    void set_title(const std::string& title) override { inner_.set_title(title); }

    void set_cursor(const CursorImage& image) override { inner_.set_cursor(image); }

    void set_cursor_position(const CursorPosition& position) override {
        inner_.set_cursor_position(position);
    }

    void set_window_mode(WindowMode mode) override { inner_.set_window_mode(mode); }

    void set_grab(const Grab& grab) override { inner_.set_grab(grab); }

    std::optional<HostLocks> locks() const override { return std::nullopt; }

    Refresh refresh() const override { return inner_.refresh(); }

    int fd() const override { return inner_.fd(); }

    void flush() override { inner_.flush(); }

    Result<void> dispatch(PresenterListener& listener) override {
        return inner_.dispatch(listener);
    }

  private:
    Presenter& inner_;
};

TEST_F(FramePumpTest, ShowsTheNewestAtTheRefreshWhereThatIsWanted) {
    PacedPresenter paced(*presenter_);
    pump_->change_presenter(paced);
    paced.refresh_at = monotonic_now() + std::chrono::milliseconds(300);
    publish_frame(publisher_);
    EXPECT_EQ(pump(), FramePump::Outcome::TooSoon);
    EXPECT_EQ(pump_->next_show(), *paced.refresh_at);
    // The refresh that a frame waits for stays the same, whatever comes after it.
    const Nanoseconds first = *paced.refresh_at;
    paced.refresh_at = first + std::chrono::seconds(100);
    publish_frame(publisher_);
    publish_frame(publisher_);
    EXPECT_EQ(pump(), FramePump::Outcome::TooSoon);
    EXPECT_EQ(pump_->next_show(), first);

    std::this_thread::sleep_for(first - monotonic_now());

    EXPECT_EQ(pump(), FramePump::Outcome::Shown);
    EXPECT_EQ(presenter_->last_frame().info.sequence, 3U);
    publish_frame(publisher_);
    EXPECT_EQ(pump(), FramePump::Outcome::TooSoon);
    EXPECT_EQ(pump_->next_show(), *paced.refresh_at);
}

TEST_F(FramePumpTest, DoesNotFollowAPublisherForEverWhoHandsOutRowsOneByOne) {
    announce();
    std::atomic<std::uint32_t> row = 0;
    std::thread writer([&] {
        while (++row < TestRegion::kPicture.height) {
            publisher_.rows_ready(row);
            std::this_thread::sleep_for(std::chrono::milliseconds(15));
        }
    });

    const auto outcome = pump();
    const std::uint32_t row_then = row;
    writer.join();

    EXPECT_EQ(outcome, FramePump::Outcome::Nothing);
    EXPECT_LT(row_then, TestRegion::kPicture.height / 2);
}

TEST(FramePump, ShowsBytesThatCameLateAndCountsNoFrame) {
    looking_glass::Rig rig;
    looking_glass::LookingGlassSubscriber subscriber(
        rig.region.bytes(), looking_glass::LookingGlassSubscriber::Part::Takes);
    rig.settle(subscriber);
    auto presenter = OffscreenPresenter::open({});
    ASSERT_TRUE(presenter);
    FramePump pump(subscriber, **presenter);
    pump.set_refresh(1'000'000);
    const auto show = [&] {
        subscriber.refresh(rig.now);
        std::this_thread::sleep_until(std::chrono::steady_clock::time_point(pump.next_show()));
        return pump.pump(monotonic_now()).value();
    };
    looking_glass::mock::Picture picture(looking_glass::mock::Format::Bgra, 320, 200);
    rig.post(picture);
    std::byte& last =
        rig.region.bytes()[rig.host.frame_block(0) + looking_glass::mock::MockHost::kPageAlignment +
                           std::size_t{1280} * 200 - 2];
    const std::byte late = std::exchange(last, std::byte{0x5A});
    ASSERT_NE(late, last);
    ASSERT_EQ(show(), FramePump::Outcome::Shown);
    EXPECT_EQ(show(), FramePump::Outcome::Nothing);
    last = late;
    rig.pass(std::chrono::milliseconds(20));
    subscriber.refresh(rig.now);
    pump.set_refresh(1000);
    EXPECT_EQ(pump.pump(monotonic_now()).value(), FramePump::Outcome::Nothing);
    pump.set_refresh(1'000'000);

    EXPECT_EQ(show(), FramePump::Outcome::MadeWhole);

    const auto pixels = (*presenter)->copy_target(TestRegion::geometry({320, 200}));
    EXPECT_EQ(pixels[pixels.size() - 2], late);
    EXPECT_FALSE(pump.on_shown(2, monotonic_now()));
    EXPECT_EQ(show(), FramePump::Outcome::Nothing);
}

}  // namespace
}  // namespace oriel
