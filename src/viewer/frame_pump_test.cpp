// SPDX-License-Identifier: MIT
// Frames that a copying viewer follows while they are written.
#include "viewer/frame_pump.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace oriel
