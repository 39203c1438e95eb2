// SPDX-License-Identifier: MIT
// With what else is on a host: a window manager, cursors, a display's clock, files that shrink.
#include <algorithm>
#include <cstring>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "present/x11/x11_rig.h"

namespace oriel {
namespace {

using test::bgrx;
using test::expected_pixels;
using test::test_colour;
using test::WindowManager;
using test::X11Rig;

constexpr Size kSize = {160, 90};

bool show(X11Rig& rig, Size size = kSize) {
    rig.region.fill(0, bgrx(size), Rect::of(size), test_colour);
    return rig.driver.show_whole(rig.region.frame(0, bgrx(size)));
}

/// The screen as it is once it is as expected; what a window manager exposes meanwhile is drawn
/// again, as a viewer does.
std::vector<std::uint32_t> look_until(X11Rig& rig, const std::vector<std::uint32_t>& expected) {
    constexpr int kTries = 50;
    std::vector<std::uint32_t> seen = rig.look();
    for (int i = 0; i < kTries && seen != expected; ++i) {
        rig.driver.settle();
        EXPECT_TRUE(show(rig));
        seen = rig.look();
    }
    return seen;
}

class X11Managed : public testing::Test {
  protected:
    void SetUp() override {
        if (!manager_) {
            GTEST_SKIP() << "openbox is not installed";
        }
    }

    /// The window manager takes its time.
    bool becomes(Size size) {
        return rig_.driver.run_until([&] {
            const auto& told = rig_.driver.heard.sizes;
            return rig_.window_size() == size && (told.empty() || told.back() == size);
        });
    }

    X11Rig rig_;
    std::unique_ptr<WindowManager> manager_ = WindowManager::start(rig_);
};

TEST_F(X11Managed, ShowsThePictureInItsSize) {
    ASSERT_TRUE(show(rig_));
    rig_.driver.settle();

    EXPECT_EQ(rig_.look(), expected_pixels(kSize, test_colour));
}

TEST_F(X11Managed, FollowsThePicture) {
    ASSERT_TRUE(show(rig_));
    rig_.driver.settle();
    const int before = rig_.driver.heard.exposures;

    ASSERT_TRUE(show(rig_, {200, 150}));
    ASSERT_TRUE(rig_.driver.run_until([&] { return rig_.driver.heard.exposures > before; }));
    ASSERT_TRUE(show(rig_, {200, 150}));

    EXPECT_EQ(rig_.look(), expected_pixels({200, 150}, test_colour));
}

TEST_F(X11Managed, FillsTheScreenAndComesBack) {
    ASSERT_TRUE(show(rig_));
    rig_.driver.settle();

    rig_.presenter->set_window_mode(Presenter::WindowMode::FullScreen);
    ASSERT_TRUE(rig_.driver.run_until([&] { return !rig_.driver.heard.sizes.empty(); }));
    ASSERT_TRUE(show(rig_));
    const auto states = rig_.property("_NET_WM_STATE");
    const auto expected = expected_pixels({640, 480}, [](std::uint32_t x, std::uint32_t y) {
        const bool is_bar = y < 60 || y >= 420;
        return is_bar ? 0 : test_colour(x / 4, (y - 60) / 4);
    });
    const auto pixels = look_until(rig_, expected);
    rig_.presenter->set_window_mode(Presenter::WindowMode::Normal);
    ASSERT_TRUE(rig_.driver.run_until([&] { return rig_.driver.heard.sizes.back() == kSize; }));

    EXPECT_EQ(states, std::vector{rig_.atom("_NET_WM_STATE_FULLSCREEN")});
    EXPECT_EQ(pixels, expected);
}

TEST_F(X11Managed, HasThePicturesSizeWhenItLeavesAFullScreenItBeganIn) {
    rig_.presenter->set_window_mode(Presenter::WindowMode::FullScreen);
    ASSERT_TRUE(show(rig_));
    EXPECT_TRUE(becomes({640, 480}));

    rig_.presenter->set_window_mode(Presenter::WindowMode::Normal);

    EXPECT_TRUE(becomes(kSize));
}

TEST_F(X11Managed, FollowsThePictureAfterAFullScreen) {
    ASSERT_TRUE(show(rig_));
    rig_.driver.settle();
    rig_.presenter->set_window_mode(Presenter::WindowMode::FullScreen);
    ASSERT_TRUE(becomes({640, 480}));
    rig_.presenter->set_window_mode(Presenter::WindowMode::Normal);
    ASSERT_TRUE(becomes(kSize));

    ASSERT_TRUE(show(rig_, {200, 150}));

    EXPECT_TRUE(becomes({200, 150}));
}

TEST_F(X11Managed, TellsWhenItIsMadeAnIcon) {
    ASSERT_TRUE(show(rig_));
    rig_.driver.settle();

    constexpr std::uint32_t kIconic = 3;
    rig_.send_message(rig_.eye.root(), "WM_CHANGE_STATE", {kIconic});

    EXPECT_TRUE(
        rig_.driver.run_until([&] { return rig_.driver.heard.visibility == std::vector{false}; }));
}

TEST(X11HostCursor, IsTheGuests) {
    X11Rig rig;
    ASSERT_TRUE(show(rig));
    rig.eye.move_pointer(20, 20);
    std::vector<std::uint32_t> pixels(15);
    for (std::size_t i = 0; i < pixels.size(); ++i) {
        pixels[i] = 0xFF000000U | static_cast<std::uint32_t>(i * 0x010305U);
    }
    CursorImage image;
    image.size = {5, 3};
    image.stride = 20;
    image.hot_x = 1;
    image.pixels.resize(60);
    std::memcpy(image.pixels.data(), pixels.data(), 60);

    rig.presenter->set_cursor(image);
    rig.presenter->set_cursor_position({0, 0, CursorPosition::Visibility::Shown});
    rig.driver.settle();

    Size size;
    EXPECT_EQ(rig.pointer_image(size), pixels);
    EXPECT_EQ(size, (Size{5, 3}));
}

TEST(X11HostCursor, IsGoneWhereTheGuestHidesIts) {
    X11Rig rig;
    ASSERT_TRUE(show(rig));
    rig.eye.move_pointer(20, 20);

    rig.presenter->set_cursor_position({0, 0, CursorPosition::Visibility::Hidden});
    rig.driver.settle();

    Size size;
    EXPECT_TRUE(std::ranges::all_of(rig.pointer_image(size), [](auto argb) { return argb == 0; }));
}

TEST(X11HostRefresh, IsLearnedWhileFramesFlow) {
    X11Rig rig;

    for (int i = 0; i < 300 && rig.presenter->refresh().mhz == 0; ++i) {
        ASSERT_TRUE(show(rig));
        usleep(10'000);
    }

    // Xvfb plays a display of 60 Hz, by timers that a busy machine delays.
    EXPECT_NEAR(rig.presenter->refresh().mhz, 60'000, 6'000);
    const Nanoseconds now = monotonic_now();
    EXPECT_FALSE(rig.presenter->next_refresh(now));
    rig.presenter->set_vsync(Presenter::Vsync::On);
    ASSERT_TRUE(rig.presenter->next_refresh(now));
    EXPECT_GT(*rig.presenter->next_refresh(now), now);
    EXPECT_LE(*rig.presenter->next_refresh(now), now + std::chrono::milliseconds(20));
    rig.presenter->set_vsync(Presenter::Vsync::Off);
    EXPECT_FALSE(rig.presenter->next_refresh(now));
}

TEST(X11HostRefresh, IsUnknownWhereNothingTells) {
    X11Rig rig({}, {"-extension", "Present", "-extension", "RANDR"});
    ASSERT_TRUE(show(rig));

    EXPECT_EQ(rig.presenter->refresh().mhz, 0U);
}

TEST(X11HostRegion, ThatIsCutShortEndsNothing) {
    X11Rig rig;
    const FrameGeometry geometry = bgrx(kSize);
    const UniqueFd fd(memfd_create("oriel-test", MFD_CLOEXEC));
    ASSERT_EQ(ftruncate(fd.get(), 1 << 20), 0);
    const MappedMemory memory = MappedMemory::map(fd, Access::ReadWrite, "test").value();
    ASSERT_TRUE(rig.presenter->bind_region(fd, memory));
    PresentFrame frame;
    frame.info.geometry = geometry;
    frame.pixels = memory.bytes().subspan(0, geometry.bytes());
    frame.region_offset = 0;
    ASSERT_TRUE(rig.driver.show_whole(frame));

    ASSERT_EQ(ftruncate(fd.get(), 0), 0);

    // The server notices when it next reads there, and tells by an error.
    EXPECT_TRUE(rig.driver.run_until([&] {
        return rig.driver.show_whole(frame) && rig.presenter->use() == Presenter::Use::Copies;
    }));
    EXPECT_TRUE(show(rig));
    EXPECT_EQ(rig.look(), expected_pixels(kSize, test_colour));
}

}  // namespace
}  // namespace oriel
