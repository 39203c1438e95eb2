// SPDX-License-Identifier: MIT
#include "present/offscreen/offscreen_presenter.h"

#include <gtest/gtest.h>
#include <poll.h>

#include "present/presenter_rig.h"

namespace oriel {
namespace {

using test::bgrx;
using test::Driver;
using test::RecordingListener;
using test::TestRegion;

constexpr Size kSize = {40, 30};

std::vector<std::byte> stored(const TestRegion& region, const FrameGeometry& geometry) {
    const auto bytes = region.memory().bytes().first(geometry.bytes());
    return {bytes.begin(), bytes.end()};
}

class Offscreen : public testing::Test {
  protected:
    std::unique_ptr<OffscreenPresenter> presenter_ = OffscreenPresenter::open({}).value();
    FrameGeometry geometry_ = bgrx(kSize, 16);
    TestRegion region_{1 << 16};
};

TEST_F(Offscreen, KeepsTheFrameShownLast) {
    Driver driver(*presenter_);
    region_.fill(0, geometry_, Rect::of(kSize), test::test_colour);
    PresentFrame frame = region_.frame(0, geometry_);
    frame.info.sequence = 77;

    ASSERT_TRUE(driver.show_whole(frame));

    EXPECT_EQ(presenter_->last_frame().info.sequence, 77U);
    EXPECT_EQ(presenter_->last_frame().info.geometry, geometry_);
    EXPECT_EQ(presenter_->last_frame().count, 1U);
}

TEST_F(Offscreen, CopiesTheDamageOfFramesThatLieElsewhere) {
    const auto white = [](std::uint32_t, std::uint32_t) {
        return 0xFFFFFFU;
    };
    RecordingListener heard;
    region_.fill(0, geometry_, Rect::of(kSize), test::test_colour);
    ASSERT_TRUE(presenter_->show(region_.frame(0, geometry_), Damage{}));
    EXPECT_EQ(presenter_->last_frame().pixels, stored(region_, geometry_));
    const auto before = stored(region_, geometry_);

    region_.fill(0, geometry_, {0, 0, 10, 10}, white);
    ASSERT_TRUE(presenter_->show(region_.frame(0, geometry_), Damage(Rect{0, 0, 4, 4})));

    EXPECT_EQ(presenter_->last_frame().pixels[0], std::byte{0xFF});
    EXPECT_EQ(presenter_->last_frame().pixels[4 * 4], before[4 * 4]);
    ASSERT_TRUE(presenter_->dispatch(heard));
    EXPECT_EQ(heard.released.size(), 2U);
}

TEST_F(Offscreen, KeepsLayersUntilTheyAreTakenAway) {
    const LayerImage image = test::plain_layer({3, 2}, 0x123456);
    ASSERT_TRUE(presenter_->show_layer(Layer::Message, image));
    EXPECT_EQ(presenter_->layer(Layer::Message).pixels, image.pixels);
    EXPECT_TRUE(presenter_->layer(Layer::Overlay).size.is_empty());
    ASSERT_TRUE(presenter_->show_layer(Layer::Message, {}));
    EXPECT_TRUE(presenter_->layer(Layer::Message).size.is_empty());
}

TEST_F(Offscreen, WakesForWhatItHasToTellAndThenSleeps) {
    RecordingListener heard;
    pollfd polled{presenter_->fd(), POLLIN, 0};
    ASSERT_TRUE(presenter_->show(region_.frame(0, geometry_), Damage::whole(kSize)));

    EXPECT_EQ(poll(&polled, 1, 5000), 1);
    ASSERT_TRUE(presenter_->dispatch(heard));

    EXPECT_EQ(poll(&polled, 1, 20), 0);
}

TEST_F(Offscreen, TakesOneFrameARefreshWherePaced) {
    constexpr std::uint32_t kTenHertz = 10'000;
    const auto paced = OffscreenPresenter::open({kTenHertz}).value();
    RecordingListener heard;
    ASSERT_TRUE(paced->show(region_.frame(0, geometry_), Damage::whole(kSize)));
    const Nanoseconds shown = monotonic_now();
    EXPECT_FALSE(paced->is_ready());

    while (!paced->is_ready()) {
        pollfd polled{paced->fd(), POLLIN, 0};
        ASSERT_EQ(poll(&polled, 1, 5000), 1);
        ASSERT_TRUE(paced->dispatch(heard));
    }

    const Presenter::Refresh refresh = paced->refresh();
    const Nanoseconds period = std::chrono::milliseconds(100);
    EXPECT_EQ(refresh.mhz, kTenHertz);
    EXPECT_GE((monotonic_now() - refresh.phase) / period, (shown - refresh.phase) / period + 1);
}

}  // namespace
}  // namespace oriel
