// SPDX-License-Identifier: MIT
// What every presenter promises, asked of each of them.
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "present/offscreen/offscreen_presenter.h"
#include "present/presenter_rig.h"
#include "present/wayland/wayland_presenter.h"
#include "present/x11/x11_presenter.h"
#include "wayland/compositor.h"
#include "x11/x11_fixture.h"

namespace oriel {
namespace {

using test::bgrx;
using test::Driver;
using test::TestRegion;

constexpr Size kSize = {200, 100};
constexpr std::uint64_t kSecondSlot = 1 << 17;

std::unique_ptr<Presenter> offscreen(std::uint32_t refresh_mhz) {
    return OffscreenPresenter::open({refresh_mhz}).value();
}

/// On a server that all tests with the same arguments share.
std::unique_ptr<Presenter> x11(const std::vector<std::string>& more) {
    static std::map<std::vector<std::string>, test::XServer> servers;
    auto found = servers.find(more);
    if (found == servers.end()) {
        found = servers.emplace(more, test::XServer::start({640, 480}, more).value()).first;
    }
    return open_x11_presenter({.display = found->second.display()}).value();
}

using test::Compositor;

/// On compositors that all tests share.
std::unique_ptr<Presenter> on_sway() {
    static const Compositor sway = Compositor::start_sway({{640, 480}}).value();
    return open_wayland_presenter({.display = sway.display()}).value();
}

std::unique_ptr<Presenter> on_weston() {
    static const Compositor weston = Compositor::start_weston({640, 480}).value();
    return open_wayland_presenter({.display = weston.display()}).value();
}

std::unique_ptr<Presenter> on_weston_in_a_window() {
    static const auto server = test::XServer::start({800, 600}).value();
    static const Compositor weston =
        Compositor::start_weston_on_x11({640, 480}, server.display()).value();
    return open_wayland_presenter({.display = weston.display()}).value();
}

std::unique_ptr<Presenter> on_weston_without_frames() {
    constexpr const char* kVariable = "ORIEL_NO_LIBDECOR";
    ::setenv(kVariable, "1", 1);  // NOLINT(concurrency-mt-unsafe): one thread
    auto presenter = on_weston();
    ::unsetenv(kVariable);  // NOLINT(concurrency-mt-unsafe): one thread
    return presenter;
}

/// On the desktops' own. Null: they cannot run here.
std::unique_ptr<Presenter> on_desktop(Result<Compositor> (*start)(Size)) {
    if (!Compositor::why_no_desktops().empty()) {
        return nullptr;
    }
    static std::map<Result<Compositor> (*)(Size), Compositor> running;
    auto found = running.find(start);
    if (found == running.end()) {
        found = running.emplace(start, start({640, 480}).value()).first;
    }
    return open_wayland_presenter({.display = found->second.display()}).value();
}

std::unique_ptr<Presenter> on_mutter() {
    return on_desktop(Compositor::start_mutter);
}

std::unique_ptr<Presenter> on_kwin() {
    return on_desktop(Compositor::start_kwin);
}

struct Kind {
    std::string name;
    std::function<std::unique_ptr<Presenter>()> make;
};

void PrintTo(const Kind& kind, std::ostream* out) {  // NOLINT(readability-identifier-naming)
    *out << kind.name;
}

class EveryPresenter : public testing::TestWithParam<Kind> {
  protected:
    void SetUp() override {
        presenter_ = GetParam().make();
        if (!presenter_) {
            GTEST_SKIP() << Compositor::why_no_desktops();
        }
        driver_.emplace(*presenter_);
        region_.fill(0, geometry_, Rect::of(kSize), test::test_colour);
        bound_ = presenter_->bind_region(region_.fd(), region_.memory()).has_value();
    }

    Presenter& presenter() { return *presenter_; }

    Driver& driver() { return *driver_; }

    TestRegion region_{1 << 18};
    FrameGeometry geometry_ = bgrx(kSize);
    std::unique_ptr<Presenter> presenter_;
    std::optional<Driver> driver_;
    bool bound_ = false;
};

TEST_P(EveryPresenter, HandsOnExactlyWhatItCouldBind) {
    EXPECT_EQ(presenter().use() == Presenter::Use::HandsOn, bound_);
}

TEST_P(EveryPresenter, SaysWhatItIs) {
    EXPECT_FALSE(presenter().description().empty());
}

TEST_P(EveryPresenter, IsReadyForAFirstFrame) {
    EXPECT_TRUE(presenter().is_ready());
}

TEST_P(EveryPresenter, ShowsAFrameAndGivesItBackForTheNext) {
    ASSERT_TRUE(driver().show_whole(region_.frame(0, geometry_)));
    const std::uint64_t first = driver().heard.shown.back();
    EXPECT_LE(driver().heard.shown_at, monotonic_now());

    ASSERT_TRUE(driver().show_whole(region_.frame(kSecondSlot, geometry_)));

    EXPECT_TRUE(driver().run_until([&] { return driver().has_back(first); }));
}

TEST_P(EveryPresenter, TellsNothingBeforeDispatch) {
    PresentFrame frame = region_.frame(0, geometry_);
    const auto target = presenter().copy_target(geometry_);
    frame.pixels = target;
    frame.region_offset.reset();
    frame.token = 7;

    ASSERT_TRUE(presenter().show(frame, Damage::whole(kSize)));

    EXPECT_TRUE(driver().heard.released.empty());
    EXPECT_TRUE(driver().run_until([&] { return driver().heard.released.size() == 1; }));
    EXPECT_EQ(driver().heard.released.front(), 7U);
}

TEST_P(EveryPresenter, GivesEachOfManyFramesBackOnce) {
    ASSERT_TRUE(driver().show_whole(region_.frame(0, geometry_)));
    const std::size_t before = driver().heard.released.size();

    for (std::uint32_t i = 0; i < 20; ++i) {
        const Rect rect{i * 4, i * 2, 30, 20};
        region_.fill(kSecondSlot, geometry_, rect, test::test_colour);
        ASSERT_TRUE(driver().show(region_.frame(0, geometry_), Damage(rect)));
    }

    // The last may stay with the display.
    EXPECT_TRUE(driver().run_until([&] { return driver().heard.released.size() >= before + 19; }));
    driver().settle();
    const std::set<std::uint64_t> each(driver().heard.released.begin(),
                                       driver().heard.released.end());
    EXPECT_EQ(each.size(), driver().heard.released.size());
}

TEST_P(EveryPresenter, ShowsAFrameInWhichNothingChanged) {
    ASSERT_TRUE(driver().show_whole(region_.frame(0, geometry_)));

    EXPECT_TRUE(driver().show(region_.frame(0, geometry_), Damage{}));
}

TEST_P(EveryPresenter, HasACopyTargetForEachGeometry) {
    for (const Size size : {Size{16, 16}, Size{300, 7}, Size{16, 16}}) {
        const FrameGeometry geometry = bgrx(size, 12);
        EXPECT_EQ(presenter().copy_target(geometry).size(), geometry.bytes());
    }
    const FrameGeometry wide{
        .size = {64, 64}, .stride = 512, .format = PixelFormat::Rgba16f, .transform = 1};
    EXPECT_EQ(presenter().copy_target(wide).size(), wide.bytes());
}

TEST_P(EveryPresenter, KeepsItsCopyWhileTheGeometryStays) {
    presenter().copy_target(geometry_)[5] = std::byte{42};

    EXPECT_EQ(presenter().copy_target(geometry_)[5], std::byte{42});
}

TEST_P(EveryPresenter, FollowsAPictureThatChangesItsSize) {
    ASSERT_TRUE(driver().show_whole(region_.frame(0, geometry_)));

    EXPECT_TRUE(driver().show_whole(region_.frame(kSecondSlot, bgrx({64, 48}))));
    EXPECT_TRUE(driver().show_whole(region_.frame(0, geometry_)));
}

TEST_P(EveryPresenter, TakesAnotherRegion) {
    ASSERT_TRUE(driver().show_whole(region_.frame(0, geometry_)));
    const TestRegion other(1 << 18);

    EXPECT_EQ(presenter().bind_region(other.fd(), other.memory()).has_value(), bound_);
    EXPECT_TRUE(driver().show_whole(other.frame(0, geometry_)));
}

TEST_P(EveryPresenter, ShowsFramesAgainAfterAMessage) {
    ASSERT_TRUE(presenter().show_layer(Layer::Message, test::colourful_layer({60, 20})));
    driver().settle();
    ASSERT_TRUE(presenter().show_layer(Layer::Message, {}));

    EXPECT_TRUE(driver().show_whole(region_.frame(0, geometry_)));
}

TEST_P(EveryPresenter, TellsOfNoFrameBehindAMessageAsShown) {
    ASSERT_TRUE(driver().show_whole(region_.frame(0, geometry_)));
    ASSERT_TRUE(presenter().show_layer(Layer::Message, test::colourful_layer({60, 20})));
    driver().settle();
    ASSERT_TRUE(driver().run_until([&] { return presenter().is_ready(); }));
    const std::size_t shown = driver().heard.shown.size();
    const std::size_t released = driver().heard.released.size();
    PresentFrame frame = region_.frame(0, geometry_);
    frame.pixels = presenter().copy_target(geometry_);
    frame.region_offset.reset();

    ASSERT_TRUE(presenter().show(frame, Damage::whole(kSize)));

    EXPECT_TRUE(driver().run_until([&] { return driver().heard.released.size() > released; }));
    EXPECT_EQ(driver().heard.shown.size(), shown);
}

TEST_P(EveryPresenter, ShowsFramesBesideAnOverlayWhateverBecomesOfIt) {
    for (const Size size : {Size{60, 20}, Size{60, 20}, Size{1, 1}, Size{500, 400}, Size{}}) {
        const LayerImage overlay = test::colourful_layer(size);
        ASSERT_TRUE(presenter().show_layer(Layer::Overlay, overlay));
        EXPECT_TRUE(driver().show_whole(region_.frame(0, geometry_)));
    }
}

TEST_P(EveryPresenter, TakesLayersAwayThatAreNotThere) {
    ASSERT_TRUE(presenter().show_layer(Layer::Overlay, {}));
    ASSERT_TRUE(presenter().show_layer(Layer::Message, {}));

    EXPECT_TRUE(driver().show_whole(region_.frame(0, geometry_)));
}

TEST_P(EveryPresenter, TellsOfTheAreaForLayers) {
    EXPECT_FALSE(presenter().area().size.is_empty());
    ASSERT_TRUE(driver().show_whole(region_.frame(0, geometry_)));
    driver().settle();

    ASSERT_FALSE(driver().heard.sizes.empty());
    EXPECT_EQ(driver().heard.sizes.back(), presenter().area().size);
    EXPECT_GT(presenter().area().scale, 0);
}

TEST_P(EveryPresenter, TakesTitlesCursorsAndModesAtAnyTime) {
    const CursorImage cursor{.kind = CursorKind::Colour,
                             .size = {2, 2},
                             .stride = 8,
                             .pixels = std::vector<std::byte>(16, std::byte{255})};

    presenter().set_title("new title");
    presenter().set_cursor(cursor);
    presenter().set_cursor_position({5, 5, CursorPosition::Visibility::Hidden});
    ASSERT_TRUE(driver().show_whole(region_.frame(0, geometry_)));
    presenter().set_cursor_position({6, 5, CursorPosition::Visibility::Shown});
    presenter().set_cursor(cursor);
    presenter().set_window_mode(Presenter::WindowMode::FullScreen);
    presenter().set_window_mode(Presenter::WindowMode::Normal);

    EXPECT_TRUE(driver().show_whole(region_.frame(0, geometry_)));
}

TEST_P(EveryPresenter, TakesGrabsAtAnyTimeAndTellsOnlyInDispatch) {
    const Grab kinds[] = {{Grab::Keyboard::Taken, Grab::Pointer::Confined},
                          {Grab::Keyboard::Taken, Grab::Pointer::Relative},
                          {Grab::Keyboard::Taken, Grab::Pointer::Free},
                          {}};
    presenter().set_grab(kinds[0]);
    EXPECT_TRUE(driver().heard.grab_losses.empty());
    presenter().set_grab({});
    ASSERT_TRUE(driver().show_whole(region_.frame(0, geometry_)));
    driver().settle();
    driver().heard.grab_losses.clear();

    for (const Grab& grab : kinds) {
        presenter().set_grab(grab);
        presenter().set_cursor_position({6, 5, CursorPosition::Visibility::Shown});
    }
    driver().settle();

    EXPECT_TRUE(driver().heard.grab_losses.empty());
    static_cast<void>(presenter().locks());
    EXPECT_TRUE(driver().show_whole(region_.frame(0, geometry_)));
}

TEST_P(EveryPresenter, HasADescriptorToWaitFor) {
    EXPECT_GE(presenter().fd(), 0);
}

INSTANTIATE_TEST_SUITE_P(Presenters,
                         EveryPresenter,
                         testing::Values(Kind{"Offscreen",
                                              [] {
                                                  return offscreen(0);
                                              }},
                                         Kind{"OffscreenPaced",
                                              [] {
                                                  return offscreen(1'000'000);
                                              }},
                                         Kind{"X11",
                                              [] {
                                                  return x11({});
                                              }},
                                         Kind{"X11WithoutSharedMemory",
                                              [] {
                                                  return x11({"-extension", "MIT-SHM"});
                                              }},
                                         Kind{"WaylandOnSway", on_sway},
                                         Kind{"WaylandOnWeston", on_weston},
                                         Kind{"WaylandOnWestonInAWindow", on_weston_in_a_window},
                                         Kind{"WaylandOnWestonWithoutFrames",
                                              on_weston_without_frames},
                                         Kind{"WaylandOnMutter", on_mutter},
                                         Kind{"WaylandOnKWin", on_kwin},
                                         Kind{"X11WithoutRender",
                                              [] {
                                                  return x11({"-extension", "RENDER"});
                                              }}),
                         [](const auto& made) { return made.param.name; });

}  // namespace
}  // namespace oriel
