// SPDX-License-Identifier: MIT
#include "capture/kms/kms_source.h"

#include <cstring>
#include <thread>

#include <gtest/gtest.h>

#include "capture/kms/fake_kms_device.h"
#include "capture/testing/slot_ring.h"

namespace oriel::kms_capture {
namespace {

using test::SlotRing;

constexpr Size kSize{160, 120};
constexpr ChangeNotice kContent{true, false, std::nullopt};

class KmsSourceTest : public testing::Test {
  protected:
    void open() {
        source_ = make_kms_source(std::make_unique<FakeKmsDevice>(screen_),
                                  std::make_unique<FakeChangeEvents>(bell_))
                      .value();
    }

    void open_without_events() {
        source_ = make_kms_source(std::make_unique<FakeKmsDevice>(screen_), nullptr).value();
    }

    void run() { ASSERT_TRUE(source_->set_activity(Source::Activity::Running)); }

    /// Dispatches as an agent's loop does until `done`, or gives up.
    template <class Condition>
    bool dispatch_until(const Condition& done) {
        for (int i = 0; i < 500; ++i) {
            if (done()) {
                return true;
            }
            if (!becomes_readable(source_->wake_handle()) || !source_->dispatch()) {
                return false;
            }
        }
        return done();
    }

    bool dispatch_until_change() {
        return dispatch_until([this] { return source_->has_change(); });
    }

    std::shared_ptr<FakeScreen> screen_ = FakeScreen::make(kSize);
    std::shared_ptr<FakeChangeEvents::Bell> bell_ = FakeChangeEvents::make_bell();
    std::unique_ptr<Source> source_;
};

TEST_F(KmsSourceTest, LooksAtNothingWhileSuspended) {
    open();
    const std::uint32_t looks = screen_->looks;

    EXPECT_FALSE(bell_->is_started);
    EXPECT_TRUE(screen_->is_resting);
    EXPECT_FALSE(becomes_readable(source_->wake_handle(), std::chrono::milliseconds(50)));
    ASSERT_TRUE(source_->dispatch());
    EXPECT_EQ(screen_->looks, looks);

    run();
    EXPECT_TRUE(bell_->is_started);
    EXPECT_FALSE(screen_->is_resting);
    ASSERT_TRUE(source_->set_activity(Source::Activity::Suspended));
    EXPECT_FALSE(bell_->is_started);
    EXPECT_FALSE(becomes_readable(source_->wake_handle(), std::chrono::milliseconds(50)));
}

TEST_F(KmsSourceTest, LooksWhenAnEventTellsOfAChange) {
    open();
    SlotRing ring = SlotRing::make(*source_).value();
    run();
    ASSERT_TRUE(ring.capture());

    screen_->framebuffer().fill({20, 30, 4, 4}, 0xFFFFFF);
    const Nanoseconds told = monotonic_now();
    bell_->ring({true, false, told});

    ASSERT_TRUE(dispatch_until_change());
    EXPECT_EQ(source_->changed_since(), told);
    const Captured captured = ring.capture().value();
    EXPECT_EQ(captured.damage.bounds(), (Rect{20, 30, 4, 4}));
    EXPECT_EQ(captured.capture_start, told);
}

TEST_F(KmsSourceTest, FindsAChangeThatNobodyTold) {
    open();
    SlotRing ring = SlotRing::make(*source_).value();
    run();
    ASSERT_TRUE(ring.capture());

    screen_->framebuffer().fill({20, 30, 4, 4}, 0xFFFFFF);

    EXPECT_TRUE(dispatch_until_change());
}

TEST_F(KmsSourceTest, TakesAFlipForAChangeWithoutAnyEvents) {
    open_without_events();
    SlotRing ring = SlotRing::make(*source_).value();
    run();
    ASSERT_TRUE(ring.capture());
    screen_->framebuffers[2] = FakeFramebuffer::make(kSize);
    screen_->framebuffer(2).fill({1, 2, 3, 4}, 0xFFFFFF);

    screen_->planes[0].framebuffer = 2;

    ASSERT_TRUE(dispatch_until_change());
    EXPECT_EQ(ring.capture().value().damage.bounds(), (Rect{1, 2, 3, 4}));
}

TEST_F(KmsSourceTest, BringsWhatChangedBetweenItsLookAndTheCapture) {
    open();
    SlotRing ring = SlotRing::make(*source_).value();
    run();
    ASSERT_TRUE(ring.capture());
    screen_->framebuffer().fill({20, 30, 4, 4}, 0xFFFFFF);
    bell_->ring(kContent);
    ASSERT_TRUE(dispatch_until_change());

    screen_->framebuffer().fill({100, 100, 4, 4}, 0xFFFFFF);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    bell_->ring(kContent);
    ASSERT_TRUE(source_->dispatch());

    const Captured captured = ring.capture().value();
    EXPECT_TRUE(captured.damage.covers({20, 30, 4, 4}));
    EXPECT_TRUE(captured.damage.covers({100, 100, 4, 4}));
}

TEST_F(KmsSourceTest, FollowsAChangeOfModes) {
    open();
    run();
    screen_->screen.size = {320, 200};
    screen_->framebuffers[3] = FakeFramebuffer::make({320, 200});
    screen_->planes[0] = screen_->plane_of(10, KmsPlane::Kind::Primary, 3);
    bell_->ring(kContent);

    ASSERT_TRUE(dispatch_until([this] { return source_->geometry().size == Size{320, 200}; }));
    SlotRing ring = SlotRing::make(*source_).value();
    EXPECT_TRUE(ring.capture().value().damage.covers({0, 0, 320, 200}));
}

TEST_F(KmsSourceTest, KeepsItsPictureWhileTheScreenIsOffAndSaysSoAfterASecond) {
    open();
    SlotRing ring = SlotRing::make(*source_).value();
    run();
    ASSERT_TRUE(ring.capture());

    screen_->screen.power = KmsScreen::Power::Off;
    bell_->ring(kContent);
    ASSERT_TRUE(source_->dispatch());
    EXPECT_TRUE(source_->has_screen());
    EXPECT_FALSE(source_->has_change());
    EXPECT_TRUE(dispatch_until([this] { return !source_->has_screen(); }));
    EXPECT_FALSE(ring.capture());

    screen_->screen.power = KmsScreen::Power::On;
    screen_->framebuffer().fill({5, 5, 5, 5}, 0xFF);
    ASSERT_TRUE(dispatch_until_change());
    EXPECT_TRUE(source_->has_screen());
    EXPECT_EQ(ring.capture().value().damage.bounds(), (Rect{5, 5, 5, 5}));
}

TEST_F(KmsSourceTest, MakesWayForTheConsoleWhenAProgramEnded) {
    open();
    SlotRing ring = SlotRing::make(*source_).value();
    run();
    ASSERT_TRUE(ring.capture());
    screen_->console = screen_->screen;

    screen_->screen.power = KmsScreen::Power::Unset;
    screen_->framebuffer().fill({5, 5, 5, 5}, 0xFF);

    EXPECT_TRUE(dispatch_until_change());
    EXPECT_FALSE(screen_->is_resting);
}

TEST_F(KmsSourceTest, DoesNotWakeAScreenThatSleeps) {
    open();
    run();
    screen_->console = screen_->screen;

    screen_->screen.power = KmsScreen::Power::Off;

    EXPECT_TRUE(dispatch_until([this] { return !source_->has_screen(); }));
    EXPECT_FALSE(screen_->screen.is_on());
}

TEST_F(KmsSourceTest, OutlivesAFramebufferThatVanishesForAMoment) {
    open();
    SlotRing ring = SlotRing::make(*source_).value();
    run();
    ASSERT_TRUE(ring.capture());

    screen_->planes[0].framebuffer = 99;
    bell_->ring(kContent);
    ASSERT_TRUE(becomes_readable(source_->wake_handle()));
    ASSERT_TRUE(source_->dispatch());
    screen_->planes[0].framebuffer = 1;
    screen_->framebuffer().fill({5, 5, 5, 5}, 0xFF);

    EXPECT_TRUE(dispatch_until_change());
}

TEST_F(KmsSourceTest, EndsWithTheReasonWhereTheScreenCannotBeRead) {
    open();
    SlotRing ring = SlotRing::make(*source_).value();
    run();
    ASSERT_TRUE(ring.capture());
    screen_->pixels_error = Error::unsupported("its framebuffer has format NV12");
    bell_->ring(kContent);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));

    const auto ended = source_->dispatch();

    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().kind, ErrorKind::Unsupported);
}

TEST_F(KmsSourceTest, EndsWithTheReasonThatACaptureFound) {
    open();
    SlotRing ring = SlotRing::make(*source_).value();
    run();
    screen_->pixels_error = Error::unsupported("its framebuffer has format NV12");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    bell_->ring(kContent);
    ASSERT_TRUE(source_->dispatch());

    EXPECT_FALSE(ring.capture());

    ASSERT_TRUE(becomes_readable(source_->wake_handle()));
    EXPECT_FALSE(source_->dispatch());
}

TEST_F(KmsSourceTest, OpensOnNoScreenThatIsOff) {
    screen_->screen.power = KmsScreen::Power::Off;

    const auto refused = make_kms_source(std::make_unique<FakeKmsDevice>(screen_), nullptr);

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::NotFound);
}

TEST_F(KmsSourceTest, ShowsTheCursorPlaneAsCursorOnly) {
    screen_->framebuffers[5] = FakeFramebuffer::make({64, 64}, PixelLayout::Ar24);
    screen_->framebuffer(5).fill({0, 0, 8, 8}, 0xFF00FF00);
    KmsPlane cursor = screen_->plane_of(20, KmsPlane::Kind::Cursor, 5);
    cursor.x = 30;
    cursor.y = -4;
    cursor.hot_x = 3;
    cursor.hot_y = 4;
    screen_->planes.push_back(cursor);
    open();
    SlotRing ring = SlotRing::make(*source_).value();
    run();
    ASSERT_TRUE(ring.capture());

    EXPECT_EQ(source_->cursor_position(),
              (CursorPosition{33, 0, CursorPosition::Visibility::Shown}));
    const CursorImage image = source_->take_cursor_image().value_or(CursorImage());
    ASSERT_EQ(image.size, (Size{64, 64}));
    EXPECT_EQ(image.hot_x, 3U);
    EXPECT_EQ(image.hot_y, 4U);
    EXPECT_EQ(std::to_integer<int>(image.pixels[1]), 0xFF);
    EXPECT_FALSE(source_->take_cursor_image());

    screen_->planes[1].x = 50;
    bell_->ring({false, true, std::nullopt});
    ASSERT_TRUE(source_->dispatch());
    EXPECT_EQ(source_->cursor_position().value_or(CursorPosition()).x, 53);
    EXPECT_FALSE(source_->has_change());
    EXPECT_FALSE(source_->take_cursor_image());

    screen_->planes.pop_back();
    bell_->ring({false, true, std::nullopt});
    ASSERT_TRUE(source_->dispatch());
    EXPECT_EQ(source_->cursor_position().value_or(CursorPosition()).visibility,
              CursorPosition::Visibility::Hidden);
}

TEST_F(KmsSourceTest, LooksAtVblanksWhereTheDriverHasThem) {
    screen_->has_vblank = true;
    open_without_events();

    run();
    ASSERT_TRUE(dispatch_until([this] { return screen_->vblanks_asked > 0; }));
}

}  // namespace
}  // namespace oriel::kms_capture
