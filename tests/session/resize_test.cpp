// SPDX-License-Identifier: MIT
// The guest's screen and the viewer's window, and which follows which.
#include "session/two_screens.h"

namespace oriel::testing_support {
namespace {

using std::chrono::milliseconds;
using Resize = ViewerOptions::Resize;

class Resizing : public TwoScreens {
  protected:
    bool is_told(WishEnd end, Size size) {
        return run_until([&] {
            return !wishes_.empty() && wishes_.back().end == end &&
                   wishes_.back().mode.size == size;
        });
    }
};

TEST_F(Resizing, TheGuestFollowsTheWindowToThePixel) {
    start_agent();
    start_viewer(Resize::Window);
    EXPECT_EQ(window_size(), kGuest);

    for (const Size size : {Size{1001, 707}, Size{640, 480}, kGuestLimit}) {
        resize_window(size);
        ASSERT_TRUE(guest_becomes(size));
        EXPECT_TRUE(is_told(WishEnd::Accepted, size));
        EXPECT_TRUE(shows_the_guest());
    }
    EXPECT_EQ(title().find("refused"), std::string::npos) << title();
}

TEST_F(Resizing, TheGuestHasItsFormerSizeBackAtTheAgentsEnd) {
    start_agent();
    start_viewer(Resize::Window);
    resize_window({1001, 707});
    ASSERT_TRUE(guest_becomes({1001, 707}));

    agent_.reset();

    EXPECT_EQ(guest_.root_size(), kGuest);
}

TEST_F(Resizing, AnotherAgentIsAskedForTheSame) {
    start_agent();
    start_viewer(Resize::Window);
    resize_window({1001, 707});
    ASSERT_TRUE(guest_becomes({1001, 707}));
    agent_.reset();
    ASSERT_EQ(guest_.root_size(), kGuest);
    run_for(milliseconds(100));

    start_agent();

    EXPECT_TRUE(guest_becomes({1001, 707}));
    EXPECT_TRUE(shows_the_guest());
}

TEST_F(Resizing, AWindowThatIsDraggedAsksOnce) {
    start_agent();
    start_viewer(Resize::Window);
    ASSERT_TRUE(is_told(WishEnd::Accepted, kGuest));
    wishes_.clear();

    for (std::uint32_t step = 0; step < 40; ++step) {
        resize_window({700 + step * 10, 500 + step * 5});
        run_for(milliseconds(20));
    }

    ASSERT_TRUE(guest_becomes({1090, 695}));
    EXPECT_TRUE(is_told(WishEnd::Accepted, {1090, 695}));
    // Where a busy machine stopped us for longer than a person pauses, twice or so.
    EXPECT_LE(wishes_.size(), 5U);
}

TEST_F(Resizing, WhatTheGuestCannotHaveIsSaidAndThePictureScaled) {
    start_agent();
    start_viewer(Resize::Window);

    resize_window({1500, 1100});

    ASSERT_TRUE(is_told(WishEnd::Refused, {1500, 1100}));
    EXPECT_EQ(guest_.root_size(), kGuest);
    EXPECT_TRUE(run_until(
        [&] { return title().find("refused a screen of 1500x1100") != std::string::npos; }));
    guest_.fill(Rect::of(kGuest), 0x336699);
    EXPECT_TRUE(run_until([&] {
        return host_.look_at(window(), {750, 550, 1, 1}) == std::vector<std::uint32_t>{0x336699};
    }));

    resize_window({900, 700});

    ASSERT_TRUE(guest_becomes({900, 700}));
    EXPECT_TRUE(run_until([&] { return title().find("refused") == std::string::npos; }));
}

TEST_F(Resizing, AnAgentThatIgnoresWishesSaysSo) {
    start_agent(AgentOptions::Resize::Ignore);
    start_viewer(Resize::Window);

    resize_window({900, 700});

    ASSERT_TRUE(is_told(WishEnd::Refused, {900, 700}));
    run_for(milliseconds(500));
    EXPECT_EQ(guest_.root_size(), kGuest);
}

TEST_F(Resizing, OfTwoWindowsTheOneChangedLastWins) {
    start_agent();
    start_viewer(Resize::Window);
    start_viewer(Resize::Window);
    resize_window({900, 700}, 0);
    ASSERT_TRUE(guest_becomes({900, 700}));

    resize_window({1000, 800}, 1);

    ASSERT_TRUE(guest_becomes({1000, 800}));
    run_for(std::chrono::seconds(1));
    EXPECT_EQ(guest_.root_size(), (Size{1000, 800}));
    resize_window({640, 480}, 0);
    ASSERT_TRUE(guest_becomes({640, 480}));
    run_for(std::chrono::seconds(1));
    EXPECT_EQ(guest_.root_size(), (Size{640, 480}));
}

TEST_F(Resizing, AFullScreenWindowAsksForTheWholeScreenOfTheHost) {
    ViewerOptions options;
    options.resize = Resize::Window;
    options.mode = Presenter::WindowMode::FullScreen;
    start_agent();
    start_viewer(options);

    ASSERT_TRUE(is_told(WishEnd::Refused, kHost));  // Larger than this guest's limit.
    EXPECT_EQ(wishes_.back().mode.refresh_mhz, viewers_[0]->presenter().refresh().mhz);
}

TEST_F(Resizing, AWindowThatFollowsTheGuestAsksForNothing) {
    start_agent();
    start_viewer(Resize::Guest);

    ASSERT_TRUE(guest_.resize_screen({1000, 800}));

    ASSERT_TRUE(run_until([&] { return window_size() == Size{1000, 800}; }));
    resize_window({700, 500});
    run_for(milliseconds(700));
    EXPECT_EQ(guest_.root_size(), (Size{1000, 800}));
    EXPECT_TRUE(wishes_.empty());
}

TEST_F(Resizing, WithNoneNeitherFollows) {
    start_agent();
    start_viewer(Resize::None);
    EXPECT_EQ(window_size(), kGuest);

    ASSERT_TRUE(guest_.resize_screen({1000, 800}));
    run_for(milliseconds(500));
    EXPECT_EQ(window_size(), kGuest);

    resize_window({700, 500});
    run_for(milliseconds(700));
    EXPECT_EQ(guest_.root_size(), (Size{1000, 800}));
    EXPECT_TRUE(wishes_.empty());
}

/// A region with room for 800x600 and not for much more.
class ResizingInASmallRegion : public TwoScreens {
  protected:
    ResizingInASmallRegion() : TwoScreens(8) {}
};

TEST_F(ResizingInASmallRegion, WhatDoesNotFitIsRefusedWithTheCure) {
    start_agent();
    start_viewer(Resize::Window);

    resize_window({1280, 1000});

    ASSERT_TRUE(run_until([&] { return title().find("--size") != std::string::npos; })) << title();
    EXPECT_EQ(wishes_.back().end, WishEnd::Refused);
    EXPECT_EQ(guest_.root_size(), kGuest);
}

}  // namespace
}  // namespace oriel::testing_support
