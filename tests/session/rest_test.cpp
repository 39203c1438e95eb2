// SPDX-License-Identifier: MIT
// What is not done where nobody can see it, how often what is seen is captured, and when the
// host's screen stays on.
#include <memory>

#include <xcb/screensaver.h>

#include "session/two_screens.h"

namespace oriel::testing_support {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class Resting : public TwoScreens {
  protected:
    /// Frames captured while the guest draws without a pause.
    std::uint64_t frames_in(Nanoseconds length) {
        const std::uint64_t before = agent_->statistics().frames;
        const Nanoseconds until = monotonic_now() + length;
        for (std::uint32_t colour = 0; monotonic_now() < until; ++colour) {
            guest_.fill({0, 0, 64, 64}, colour);
            static_cast<void>(loop_.run_once(milliseconds(2)));
        }
        return agent_->statistics().frames - before;
    }
};

TEST_F(Resting, AWindowOffTheScreenCostsTheGuestNothing) {
    start_agent();
    start_viewer(ViewerOptions::Resize::Guest);
    EXPECT_GT(frames_in(milliseconds(300)), 0U);

    xcb_unmap_window(host_.connection(), window());
    host_.sync();
    run_for(milliseconds(300));
    EXPECT_EQ(frames_in(seconds(1)), 0U);
    const std::uint64_t shown = viewers_[0]->statistics().frames;
    run_for(milliseconds(500));
    EXPECT_EQ(viewers_[0]->statistics().frames, shown);

    xcb_map_window(host_.connection(), window());
    host_.sync();
    EXPECT_TRUE(shows_the_guest());
}

TEST_F(Resting, ACoveredWindowCostsTheGuestNothing) {
    start_agent();
    start_viewer(ViewerOptions::Resize::Guest);
    EXPECT_GT(frames_in(milliseconds(300)), 0U);

    host_.open_window(Rect::of(kHost));
    run_for(milliseconds(300));

    EXPECT_EQ(frames_in(seconds(1)), 0U);
}

TEST_F(Resting, TheGuestIsCapturedAsOftenAsTheFastestDisplayRefreshes) {
    const auto start = [&](std::uint32_t refresh_mhz) {
        ViewerOptions options{.target = target(), .platform = ViewerOptions::Platform::Offscreen};
        options.offscreen_refresh_mhz = refresh_mhz;
        return Viewer::open(loop_, options, *this).value();
    };
    start_agent();
    const auto slow = start(10'000);
    ASSERT_TRUE(run_until([&] { return first_frames_ == 1; }));
    frames_in(milliseconds(300));
    EXPECT_LE(frames_in(seconds(1)), 12U);

    auto fast = start(50'000);
    ASSERT_TRUE(run_until([&] { return first_frames_ == 2; }));
    EXPECT_GE(frames_in(seconds(1)), 16U);

    fast.reset();
    run_for(milliseconds(100));
    EXPECT_LE(frames_in(seconds(1)), 13U);
}

class Blanking : public TwoScreens {
  protected:
    Blanking() { set_saver(host_, 1); }

    static void set_saver(const test::XPainter& screen, std::int16_t seconds_) {
        xcb_set_screen_saver(
            screen.connection(), seconds_, 0, XCB_BLANKING_NOT_PREFERRED, XCB_EXPOSURES_ALLOWED);
        screen.sync();
    }

    bool is_dark() const {
        const auto cookie = xcb_screensaver_query_info(host_.connection(), host_.root());
        const std::unique_ptr<xcb_screensaver_query_info_reply_t, decltype(&std::free)> reply(
            xcb_screensaver_query_info_reply(host_.connection(), cookie, nullptr), &std::free);
        return reply && reply->state == XCB_SCREENSAVER_STATE_ON;
    }

    void view(ViewerOptions::InhibitIdle inhibit) {
        ViewerOptions options;
        options.inhibit_idle = inhibit;
        start_agent();
        start_viewer(options);
    }

    void wake() const {
        xcb_force_screen_saver(host_.connection(), XCB_SCREEN_SAVER_RESET);
        host_.sync();
    }
};

TEST_F(Blanking, ThePictureAloneKeepsNoScreenOn) {
    view(ViewerOptions::InhibitIdle::Auto);

    EXPECT_TRUE(run_until([&] { return is_dark(); }));
}

TEST_F(Blanking, TheScreenStaysOnWhileThePictureCanBeSeen) {
    view(ViewerOptions::InhibitIdle::Always);
    wake();
    run_for(milliseconds(2500));
    EXPECT_FALSE(is_dark());

    xcb_unmap_window(host_.connection(), window());
    host_.sync();

    EXPECT_TRUE(run_until([&] { return is_dark(); }));
}

TEST_F(Blanking, TheScreenStaysOnWhileTheGuestAsksForIt) {
    set_saver(guest_, 600);
    view(ViewerOptions::InhibitIdle::Auto);
    run_for(milliseconds(2500));
    set_saver(guest_, 0);
    run_for(milliseconds(3000));
    wake();
    run_for(milliseconds(2500));
    EXPECT_FALSE(is_dark());

    set_saver(guest_, 600);

    EXPECT_TRUE(run_until([&] { return is_dark(); }));
}

TEST_F(Blanking, AGuestWhoseScreenNeverGoesDarkAsksForNothing) {
    set_saver(guest_, 0);
    view(ViewerOptions::InhibitIdle::Auto);

    EXPECT_TRUE(run_until([&] { return is_dark(); }));
}

TEST_F(Blanking, AGuestThatAsksIsNotHeardWhereAPersonSaysNever) {
    set_saver(guest_, 600);
    view(ViewerOptions::InhibitIdle::Never);
    run_for(milliseconds(2500));
    set_saver(guest_, 0);

    EXPECT_TRUE(run_until([&] { return is_dark(); }));
}

}  // namespace
}  // namespace oriel::testing_support
