// SPDX-License-Identifier: MIT
// The window among others, its outputs, and a compositor that stops or ends.
#include <algorithm>
#include <thread>

#include <gtest/gtest.h>

#include "present/wayland/wayland_rig.h"
#include "x11/x11_fixture.h"

namespace oriel {
namespace {

using test::bgrx;
using test::expected_pixels;
using test::SwayRig;
using test::test_colour;

constexpr Size kSize = {160, 90};
constexpr std::uint64_t kSecondSlot = 1 << 22;

/// Shows a picture at both slots' places, the first of them now.
class WaylandWindowTest : public testing::Test {
  protected:
    void begin(SwayRig& rig, Size size = kSize) {
        geometry_ = bgrx(size);
        ASSERT_TRUE(rig.bind());
        rig.region.fill(0, geometry_, Rect::of(size), test_colour);
        rig.region.fill(kSecondSlot, geometry_, Rect::of(size), test_colour);
        ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, geometry_)));
        rig.driver.settle();
    }

    /// Again where the presenter asks for it.
    bool show_where_lost(SwayRig& rig) {
        rig.driver.settle();
        return rig.driver.show_whole(rig.region.frame(kSecondSlot, geometry_));
    }

    FrameGeometry geometry_;
};

TEST_F(WaylandWindowTest, FollowsThePicturesSize) {
    SwayRig rig;
    begin(rig);

    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, bgrx({300, 200}))));
    rig.driver.settle();

    EXPECT_EQ(rig.presenter->area().size, (Size{300, 200}));
    EXPECT_EQ(rig.driver.heard.sizes.back(), (Size{300, 200}));
}

TEST_F(WaylandWindowTest, KeepsASizeThatAPersonGaveIt) {
    SwayRig rig;
    begin(rig);

    ASSERT_TRUE(rig.tell("[app_id=\"oriel\"] resize set 320 180"));
    rig.driver.settle();
    ASSERT_EQ(rig.presenter->area().size, (Size{320, 180}));
    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, bgrx({80, 45}))));
    rig.driver.settle();

    EXPECT_EQ(rig.presenter->area().size, (Size{320, 180}));
}

TEST_F(WaylandWindowTest, GetsBarsAndLosesThemAsItIsResized) {
    SwayRig rig;
    begin(rig);

    for (const Size size : {Size{160, 200}, Size{300, 90}, Size{160, 90}}) {
        const std::string line = "[app_id=\"oriel\"] resize set " + std::to_string(size.width) +
                                 " " + std::to_string(size.height);
        ASSERT_TRUE(rig.tell(line + ", move position 0 0"));
        ASSERT_TRUE(show_where_lost(rig));
        const std::uint32_t left = (size.width - 160) / 2;
        const std::uint32_t top = (size.height - 90) / 2;
        EXPECT_EQ(rig.look(Rect::of(size)),
                  expected_pixels(size, [&](std::uint32_t x, std::uint32_t y) {
                      const bool is_inside = Rect{left, top, 160, 90}.contains({x, y, 1, 1});
                      return is_inside ? test_colour(x - left, y - top) : kBarColour;
                  }));
    }
}

TEST_F(WaylandWindowTest, FillsTheScreenAndComesBack) {
    SwayRig rig;
    begin(rig);

    rig.presenter->set_window_mode(Presenter::WindowMode::FullScreen);
    ASSERT_TRUE(
        rig.driver.run_until([&] { return rig.presenter->area().size == (Size{640, 480}); }));
    rig.presenter->set_window_mode(Presenter::WindowMode::Normal);

    EXPECT_TRUE(rig.driver.run_until([&] { return rig.presenter->area().size == kSize; }));
    ASSERT_TRUE(show_where_lost(rig));
    EXPECT_EQ(rig.look(Rect::of(kSize)), expected_pixels(kSize, test_colour));
}

TEST_F(WaylandWindowTest, StartsInFullScreen) {
    SwayRig rig({.presenter = {.mode = Presenter::WindowMode::FullScreen}});
    begin(rig, {640, 480});

    EXPECT_EQ(rig.look({0, 0, 640, 480}), expected_pixels({640, 480}, test_colour));
}

TEST_F(WaylandWindowTest, IsRightOnAScaledOutput) {
    SwayRig rig({.lines = {"output HEADLESS-1 scale 2"}});
    begin(rig, {640, 480});

    EXPECT_EQ(rig.presenter->area(), (WindowArea{{640, 480}, 2}));
    EXPECT_EQ(rig.look({0, 0, 640, 480}), expected_pixels({640, 480}, test_colour));
}

/// Sway 1.7 tells programs of 2 here, and scales down itself: nothing to be seen of us.
TEST_F(WaylandWindowTest, IsRightOnAnOutputScaledByAFraction) {
    constexpr Size kOutput = {960, 720};
    SwayRig rig({.outputs = {kOutput}, .lines = {"output HEADLESS-1 scale 1.5"}});
    begin(rig, kOutput);
    if (rig.presenter->area().scale == 2) {
        GTEST_SKIP() << "this compositor tells of whole scales alone";
    }

    EXPECT_EQ(rig.presenter->area(), (WindowArea{kOutput, 1.5}));
    EXPECT_EQ(rig.look(Rect::of(kOutput)), expected_pixels(kOutput, test_colour));
}

TEST_F(WaylandWindowTest, OutlivesItsOutput) {
    SwayRig rig({.outputs = {{640, 480}, {320, 240}},
                 .lines = {"for_window [app_id=\"oriel\"] move to output HEADLESS-2"}});
    begin(rig, {320, 240});
    if (!rig.tell("output HEADLESS-2 unplug")) {
        GTEST_SKIP() << "this compositor cannot lose an output";
    }
    ASSERT_TRUE(rig.tell("[app_id=\"oriel\"] focus"));

    ASSERT_TRUE(
        rig.driver.run_until([&] { return rig.presenter->area().size == (Size{640, 480}); }));
    EXPECT_TRUE(show_where_lost(rig));
}

TEST_F(WaylandWindowTest, MovesToAnotherOutput) {
    SwayRig rig({.outputs = {{640, 480}, {320, 240}},
                 .lines = {"for_window [app_id=\"oriel\"] move to output HEADLESS-2"}});
    begin(rig, {320, 240});
    ASSERT_EQ(rig.look({0, 0, 320, 240}, "HEADLESS-2"), expected_pixels({320, 240}, test_colour));

    ASSERT_TRUE(rig.tell("[app_id=\"oriel\"] move to output HEADLESS-1, focus"));
    ASSERT_TRUE(
        rig.driver.run_until([&] { return rig.presenter->area().size == (Size{640, 480}); }));

    EXPECT_TRUE(show_where_lost(rig));
}

TEST_F(WaylandWindowTest, MovesToAnOutputThatIsNew) {
    SwayRig rig({.lines = {}});
    begin(rig, {640, 480});

    ASSERT_TRUE(rig.tell("create_output"));
    ASSERT_TRUE(rig.tell("output HEADLESS-2 mode --custom 320x240@75Hz"));
    ASSERT_TRUE(rig.tell("[app_id=\"oriel\"] move to output HEADLESS-2, focus"));

    ASSERT_TRUE(rig.driver.run_until([&] { return rig.presenter->refresh().mhz == 75'000; }));
    EXPECT_TRUE(show_where_lost(rig));
    EXPECT_EQ(rig.presenter->area().size, (Size{320, 240}));
}

TEST_F(WaylandWindowTest, IsHiddenWhereNobodyAsksForItsFrames) {
    SwayRig rig;
    begin(rig);
    ASSERT_TRUE(rig.tell("workspace elsewhere"));
    rig.driver.settle();
    ASSERT_TRUE(rig.presenter->show(rig.region.frame(0, geometry_), Damage::whole(kSize)));

    ASSERT_TRUE(rig.driver.run_until([&] { return !rig.driver.heard.visibility.empty(); }));
    EXPECT_FALSE(rig.driver.heard.visibility.back());
    EXPECT_FALSE(rig.presenter->is_ready());
    ASSERT_TRUE(rig.tell("workspace 1"));

    EXPECT_TRUE(rig.driver.run_until([&] { return rig.driver.heard.visibility.back(); }));
    EXPECT_TRUE(rig.presenter->is_ready());
}

TEST_F(WaylandWindowTest, ClosesAtAWish) {
    SwayRig rig;
    begin(rig);

    ASSERT_TRUE(rig.tell("[app_id=\"oriel\"] kill"));

    EXPECT_TRUE(rig.driver.run_until([&] { return rig.driver.heard.closes == 1; }));
}

TEST_F(WaylandWindowTest, HasANameAndATitle) {
    SwayRig rig;
    begin(rig);
    rig.presenter->set_title("a title of its own");
    rig.driver.settle();

    EXPECT_TRUE(rig.tell("[app_id=\"^oriel$\" title=\"^a title of its own$\"] focus"));
}

TEST_F(WaylandWindowTest, KeepsOneFrameOnItsWay) {
    SwayRig rig;
    begin(rig);
    rig.sway.freeze();

    PresentFrame frame = rig.region.frame(kSecondSlot, geometry_);
    frame.token = 1000;
    ASSERT_TRUE(rig.presenter->is_ready());
    ASSERT_TRUE(rig.presenter->show(frame, Damage::whole(kSize)));
    rig.driver.settle();

    EXPECT_FALSE(rig.presenter->is_ready());
    rig.sway.thaw();
    EXPECT_TRUE(rig.driver.run_until([&] { return rig.presenter->is_ready(); }));
}

TEST_F(WaylandWindowTest, WaitsForNoRefreshWhereNoneIsWanted) {
    SwayRig rig;
    rig.presenter->set_vsync(Presenter::Vsync::Off);
    begin(rig);
    rig.sway.freeze();

    PresentFrame frame = rig.region.frame(kSecondSlot, geometry_);
    frame.token = 1000;
    ASSERT_TRUE(rig.presenter->show(frame, Damage::whole(kSize)));

    EXPECT_TRUE(rig.presenter->is_ready());
    rig.sway.thaw();
}

/// A new wish for each frame; the last asks for order again.
TEST_F(WaylandWindowTest, ChangesHowItMeetsRefreshesWhileItRuns) {
    SwayRig rig;
    begin(rig);
    using Vsync = Presenter::Vsync;

    for (const Vsync vsync : {Vsync::Off, Vsync::Vrr, Vsync::On, Vsync::Off, Vsync::Auto}) {
        rig.presenter->set_vsync(vsync);
        ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(kSecondSlot, geometry_)));
        rig.driver.settle();
    }

    EXPECT_EQ(rig.look(Rect::of(kSize)), expected_pixels(kSize, test_colour));
    EXPECT_NE(rig.presenter->feedback().is_tearing, DisplayFeedback::Answer::Yes);
}

TEST_F(WaylandWindowTest, FillsTheScreenItIsToldAtItsStart) {
    SwayRig rig({.presenter = {.output = "HEADLESS-2", .mode = Presenter::WindowMode::FullScreen},
                 .outputs = {{640, 480}, {320, 240}}});
    begin(rig, {320, 240});

    EXPECT_EQ(rig.look({0, 0, 320, 240}, "HEADLESS-2"), expected_pixels({320, 240}, test_colour));
    EXPECT_EQ(rig.presenter->place(),
              (WindowPlace{.output = "HEADLESS-2", .is_full_screen = true}));
}

TEST_F(WaylandWindowTest, FillsAnyScreenWhereTheOneItIsToldIsGone) {
    SwayRig rig({.presenter = {.output = "HEADLESS-7", .mode = Presenter::WindowMode::FullScreen}});
    begin(rig, {640, 480});

    EXPECT_EQ(rig.presenter->place(),
              (WindowPlace{.output = "HEADLESS-1", .is_full_screen = true}));
}

TEST_F(WaylandWindowTest, TellsOfTheSizeThatAPersonGaveIt) {
    SwayRig rig;
    begin(rig);
    EXPECT_EQ(rig.presenter->place(), (WindowPlace{.output = "HEADLESS-1"}));

    ASSERT_TRUE(rig.tell("[app_id=\"oriel\"] resize set 320 180"));
    rig.driver.settle();

    EXPECT_EQ(rig.presenter->place(),
              (WindowPlace{.size = Size{320, 180}, .output = "HEADLESS-1"}));
}

TEST_F(WaylandWindowTest, KeepsTheScreenFromGoingDark) {
    SwayRig rig;
    begin(rig);
    const auto inhibits = [&] {
        rig.driver.settle();
        const auto tree = rig.sway.tell({"-t", "get_tree"});
        return tree && tree->find("\"application\": \"enabled\"") != std::string::npos;
    };
    EXPECT_FALSE(inhibits());

    rig.presenter->set_idle_inhibit(Presenter::Idle::Inhibited);
    EXPECT_TRUE(inhibits());
    rig.presenter->set_idle_inhibit(Presenter::Idle::Allowed);

    EXPECT_FALSE(inhibits());
}

TEST_F(WaylandWindowTest, GivesNoSlotBackBeforeTheCompositorDoes) {
    SwayRig rig;
    begin(rig);
    const std::uint64_t first = rig.driver.heard.shown.back();
    ASSERT_FALSE(rig.driver.has_back(first));
    rig.sway.freeze();
    PresentFrame frame = rig.region.frame(kSecondSlot, geometry_);
    frame.token = 1000;
    ASSERT_TRUE(rig.presenter->show(frame, Damage::whole(kSize)));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    rig.driver.settle();

    EXPECT_FALSE(rig.driver.has_back(first));
    EXPECT_FALSE(rig.driver.has_back(frame.token));
    rig.sway.thaw();

    EXPECT_TRUE(rig.driver.run_until([&] { return rig.driver.has_back(first); }));
    rig.driver.settle();
    EXPECT_FALSE(rig.driver.has_back(frame.token)) << "it is on screen";
}

TEST_F(WaylandWindowTest, GivesASlotBackThatWasShownTwiceAfterBoth) {
    SwayRig rig;
    begin(rig);
    const std::uint64_t first = rig.driver.heard.shown.back();
    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, geometry_)));

    EXPECT_TRUE(rig.driver.run_until([&] { return rig.driver.has_back(first); }));
    EXPECT_FALSE(rig.driver.has_back(rig.driver.heard.shown.back()));
}

TEST_F(WaylandWindowTest, SaysThatTheDisplayIsGone) {
    SwayRig rig;
    begin(rig);
    rig.sway.kill();

    Result<void> done;
    while (done) {
        done = rig.presenter->dispatch(rig.driver.heard);
    }

    EXPECT_TRUE(rig.presenter->can_come_back());
    EXPECT_NE(done.error().message.find("is gone"), std::string::npos) << done.error().message;
    EXPECT_FALSE(rig.presenter->show(rig.region.frame(0, geometry_), Damage::whole(kSize)));
}

TEST(WaylandConnection, SaysWhereNobodyIs) {
    const auto opened = open_wayland_presenter({.display = "/nonexistent/wayland-7"});

    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::NotFound);
    EXPECT_NE(opened.error().message.find("wayland-7"), std::string::npos);
}

TEST(WaylandConnection, DoesNotWaitForACompositorThatHangs) {
    const auto weston = test::Compositor::start_weston({320, 240}).value();
    weston.freeze();
    const auto opened = open_wayland_presenter({.display = weston.display()});
    weston.thaw();

    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().message.find("does not answer"), std::string::npos);
}

TEST(WaylandFeedback, TellsWhenFramesWereOnScreen) {
    const auto server = test::XServer::start({800, 600}).value();
    const auto weston = test::Compositor::start_weston_on_x11({640, 480}, server.display()).value();
    const auto presenter = open_wayland_presenter({.display = weston.display()}).value();
    test::Driver driver(*presenter);
    const test::TestRegion region(1 << 22);
    ASSERT_TRUE(presenter->bind_region(region.fd(), region.memory()));
    for (int i = 0; i < 10; ++i) {
        ASSERT_TRUE(driver.show_whole(region.frame(0, bgrx(kSize))));
    }

    const Nanoseconds before = monotonic_now();
    ASSERT_TRUE(driver.show_whole(region.frame(0, bgrx(kSize))));

    EXPECT_GE(driver.heard.shown_at, before);
    EXPECT_LE(driver.heard.shown_at, monotonic_now() + std::chrono::milliseconds(20));
    EXPECT_NEAR(presenter->refresh().mhz, 60'000, 100);
    EXPECT_EQ(presenter->feedback().is_scanned_out, DisplayFeedback::Answer::No);
    EXPECT_NE(presenter->description().find("as the display tells"), std::string::npos);
}

}  // namespace
}  // namespace oriel
