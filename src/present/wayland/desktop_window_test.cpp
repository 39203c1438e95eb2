// SPDX-License-Identifier: MIT
// The window on the compositors of GNOME and KDE: what of it can be told without a picture of their
// screens, which they hand to none of our programs there.
#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>
#include <sys/wait.h>
#include <unistd.h>

#include "present/wayland/desktop_rig.h"

namespace oriel {
namespace {

using test::bgrx;
using test::Desktop;
using test::DesktopRig;
using Mode = Presenter::WindowMode;

constexpr Size kSize = {160, 90};

class DesktopWindow : public testing::TestWithParam<Desktop> {
  protected:
    void SetUp() override {
        if (const std::string why = test::Compositor::why_no_desktops(); !why.empty()) {
            GTEST_SKIP() << why;
        }
    }
};

TEST_P(DesktopWindow, FollowsThePicturesSize) {
    DesktopRig rig(GetParam());
    ASSERT_TRUE(rig.begin(kSize));
    EXPECT_EQ(rig.presenter->area(), (WindowArea{kSize, 1}));

    ASSERT_TRUE(rig.driver.show_whole(rig.region.frame(0, bgrx({300, 200}))));
    rig.driver.settle();

    EXPECT_EQ(rig.presenter->area(), (WindowArea{{300, 200}, 1}));
    EXPECT_EQ(rig.presenter->place(), (WindowPlace{.output = GetParam().output}));
}

TEST_P(DesktopWindow, FillsTheScreenAndComesBack) {
    DesktopRig rig(GetParam());
    ASSERT_TRUE(rig.begin(kSize));

    for (int i = 0; i < 3; ++i) {
        rig.presenter->set_window_mode(Mode::FullScreen);
        ASSERT_TRUE(rig.driver.run_until(
            [&] { return rig.presenter->area().size == DesktopRig::kOutput; }));
        ASSERT_TRUE(rig.driver.show_whole(rig.frame()));
        EXPECT_EQ(rig.presenter->place(),
                  (WindowPlace{.output = GetParam().output, .is_full_screen = true}));
        rig.presenter->set_window_mode(Mode::Normal);
        ASSERT_TRUE(rig.driver.run_until([&] { return rig.presenter->area().size == kSize; }));
        ASSERT_TRUE(rig.driver.show_whole(rig.frame()));
        rig.driver.settle();
        EXPECT_EQ(rig.presenter->place(), (WindowPlace{.output = GetParam().output}));
    }
}

TEST_P(DesktopWindow, FillsTheScreenItIsToldAtItsStart) {
    DesktopRig rig(GetParam(), {.output = GetParam().output, .mode = Mode::FullScreen});
    ASSERT_TRUE(rig.begin(DesktopRig::kOutput));

    EXPECT_EQ(rig.presenter->place(),
              (WindowPlace{.output = GetParam().output, .is_full_screen = true}));
}

TEST_P(DesktopWindow, KeepsOneFrameOnItsWayAndItsSlot) {
    DesktopRig rig(GetParam());
    ASSERT_TRUE(rig.begin(kSize));
    ASSERT_TRUE(rig.driver.run_until([&] { return rig.presenter->is_ready(); }));
    rig.compositor.freeze();
    PresentFrame frame = rig.frame();
    frame.token = 1000;

    ASSERT_TRUE(rig.presenter->show(frame, Damage::whole(kSize)));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    rig.driver.settle();

    EXPECT_FALSE(rig.presenter->is_ready());
    EXPECT_FALSE(rig.driver.has_back(frame.token));
    rig.compositor.thaw();
    ASSERT_TRUE(rig.driver.run_until([&] { return rig.presenter->is_ready(); }));
    ASSERT_TRUE(rig.driver.show_whole(rig.frame()));
    EXPECT_TRUE(rig.driver.run_until([&] { return rig.driver.has_back(frame.token); }));
}

TEST_P(DesktopWindow, TellsWhenFramesWereOnScreen) {
    DesktopRig rig(GetParam());
    ASSERT_TRUE(rig.begin(kSize));
    for (int i = 0; i < 10; ++i) {
        ASSERT_TRUE(rig.driver.show_whole(rig.frame()));
    }

    const Nanoseconds before = monotonic_now();
    ASSERT_TRUE(rig.driver.show_whole(rig.frame()));

    EXPECT_GE(rig.driver.heard.shown_at, before);
    EXPECT_LE(rig.driver.heard.shown_at, monotonic_now() + std::chrono::milliseconds(20));
    EXPECT_NEAR(rig.presenter->refresh().mhz, 60'000, 100);
    EXPECT_NE(rig.presenter->description().find("as the display tells"), std::string::npos)
        << rig.presenter->description();
}

/// No frame is on its way meanwhile that could be late.
TEST_P(DesktopWindow, IsHiddenWhileItIsMinimised) {
    DesktopRig rig(GetParam());
    ASSERT_TRUE(rig.begin(kSize));
    const auto press = [&](std::uint32_t held, std::uint32_t key) {
        rig.hand->press_key(held);
        rig.hand->press_key(key);
        rig.hand->release_key(key);
        rig.hand->release_key(held);
    };
    auto& told = rig.driver.heard.visibility;
    ASSERT_TRUE(rig.driver.run_until([&] { return rig.presenter->is_ready(); }));
    ASSERT_TRUE(told.empty() || told.back());

    press(KEY_LEFTMETA, GetParam().minimise_key);
    ASSERT_TRUE(rig.driver.run_until([&] { return !told.empty() && !told.back(); }));
    if (!GetParam().shows_minimised_again) {
        return;
    }
    press(KEY_LEFTALT, KEY_TAB);

    EXPECT_TRUE(rig.driver.run_until([&] { return told.back(); }));
    EXPECT_TRUE(rig.driver.show_whole(rig.frame()));
}

TEST_P(DesktopWindow, SaysThatTheDisplayIsGone) {
    DesktopRig rig(GetParam());
    ASSERT_TRUE(rig.begin(kSize));
    rig.compositor.kill();

    Result<void> done;
    while (done) {
        done = rig.presenter->dispatch(rig.driver.heard);
    }

    EXPECT_TRUE(rig.presenter->can_come_back());
    EXPECT_NE(done.error().message.find("is gone"), std::string::npos) << done.error().message;
}

TEST_P(DesktopWindow, ChangesHowItMeetsRefreshesWhileItRuns) {
    DesktopRig rig(GetParam());
    ASSERT_TRUE(rig.begin(kSize));
    using Vsync = Presenter::Vsync;

    for (const Vsync vsync :
         {Vsync::On, Vsync::Off, Vsync::Vrr, Vsync::On, Vsync::Off, Vsync::Auto}) {
        rig.presenter->set_vsync(vsync);
        for (int i = 0; i < 5; ++i) {
            ASSERT_TRUE(rig.driver.show_whole(rig.frame()));
        }
        rig.driver.settle();
    }
    EXPECT_NE(rig.presenter->feedback().is_tearing, DisplayFeedback::Answer::Yes);
}

INSTANTIATE_TEST_SUITE_P(Desktops,
                         DesktopWindow,
                         testing::ValuesIn(test::desktops()),
                         [](const auto& made) { return made.param.name; });

/// What libwayland says that was sent and has come while `act` runs, in a process of its own: it
/// never stops saying so. Empty: `act` has failed.
std::string wire_of(const std::function<bool()>& act) {
    char name[] = "/tmp/oriel-wire-XXXXXX";
    const UniqueFd file(::mkstemp(name));
    const pid_t child = ::fork();
    if (child == 0) {
        ::setenv("WAYLAND_DEBUG", "client", 1);  // NOLINT(concurrency-mt-unsafe): the one thread
        ::dup2(file.get(), STDERR_FILENO);
        ::_exit(act() ? 0 : 1);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    std::ostringstream wire;
    wire << std::ifstream(name).rdbuf();
    ::unlink(name);
    return status == 0 ? wire.str() : std::string();
}

std::size_t count(const std::string& text, const std::string& word) {
    std::size_t found = 0;
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        ++found;
    }
    return found;
}

/// Mutter is the one of the two that offers fifo.
class MutterWire : public testing::Test {
  protected:
    void SetUp() override {
        if (const std::string why = test::Compositor::why_no_desktops(); !why.empty()) {
            GTEST_SKIP() << why;
        }
    }

    /// Shows 20 frames more in a window of that size; what was said on the wire.
    static std::string show(Presenter::Vsync vsync, Size window) {
        return wire_of([&] {
            DesktopRig rig(test::desktops().front(), {.size = window});
            rig.presenter->set_vsync(vsync);
            bool is_shown = rig.begin(kSize);
            for (std::size_t i = 0; i < kFrames && is_shown; ++i) {
                is_shown = rig.driver.show_whole(rig.frame());
            }
            return is_shown;
        });
    }

    static constexpr std::size_t kFrames = 20;
};

TEST_F(MutterWire, HasEachFrameWaitForTheRefreshOfTheOneBefore) {
    const std::string wire = show(Presenter::Vsync::On, kSize);

    EXPECT_GE(count(wire, ".wait_barrier("), kFrames);
    EXPECT_EQ(count(wire, ".wait_barrier("), count(wire, ".set_barrier("));
    EXPECT_GE(count(wire, ".presented("), kFrames);
}

TEST_F(MutterWire, HasThemWaitWithBarsBesideThePicture) {
    const std::string wire = show(Presenter::Vsync::On, {300, 300});

    EXPECT_GE(count(wire, ".set_barrier("), kFrames);
    EXPECT_GE(count(wire, ".presented("), kFrames);
}

/// Mutter discards the question when a frame was on screen with the next commit.
TEST_F(MutterWire, HasOneCommitForAFrameOfAnotherSize) {
    const std::string wire = wire_of([&] {
        DesktopRig rig(test::desktops().front());
        bool is_shown = rig.begin(kSize);
        for (std::uint32_t i = 0; i < kFrames && is_shown; ++i) {
            const Size size = {kSize.width + i, kSize.height - i};
            is_shown = rig.driver.show_whole(rig.region.frame(0, bgrx(size))) &&
                       rig.presenter->area().size == size;
        }
        return is_shown;
    });

    EXPECT_GE(count(wire, ".presented("), kFrames);
    EXPECT_EQ(count(wire, ".discarded("), 0U);
}

TEST_F(MutterWire, HasNoneWaitWhereThatIsNotWanted) {
    const std::string wire = show(Presenter::Vsync::Auto, kSize);

    EXPECT_EQ(count(wire, "_barrier("), 0U);
    EXPECT_GE(count(wire, ".presented("), kFrames);
}

}  // namespace
}  // namespace oriel
