// SPDX-License-Identifier: MIT
// `oriel ctl` and a real `oriel view` with a window on a real display, X11's and Wayland's.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <span>
#include <thread>

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>
#include <nlohmann/json.hpp>

#include "control/control_fixture.h"
#include "present/layer.h"
#include "session/viewer_stage.h"

namespace oriel::testing_support {
namespace {

class CtlWindow : public ControlTest, public testing::WithParamInterface<const char*> {
  protected:
    CtlWindow() : qemu_(qmp_path()), stage_(make_viewer_stage(GetParam(), kScreen)) {}

    static constexpr Size kScreen = {800, 600};

    /// With a picture, and a guest that can be reached.
    ChildProgram view_window(const std::vector<std::string>& more = {}) {
        std::vector<std::string> arguments{
            "test", "--platform", stage_->platform(), "--input", "qmp:" + qmp_path()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        ChildProgram viewer = view(std::move(arguments), stage_->environment());
        EXPECT_TRUE(comes([] {
            const auto found = stats();
            return found["frames"].get<int>() > 3 && found["input"]["link"] == "ready";
        }));
        return viewer;
    }

    void focus() {
        stage_->focus_window();
        EXPECT_TRUE(comes([] { return stats()["focus"] == true; }));
    }

    void unfocus() {
        stage_->focus_other();
        EXPECT_TRUE(comes([] { return stats()["focus"] == false; }));
    }

    static bool is_grabbed() { return stats()["input"]["grabbed"] == true; }

    bool window_becomes(Size size) const {
        return comes([&] { return stage_->window_size() == size; });
    }

    PlayedQemu qemu_;
    std::unique_ptr<ViewerStage> stage_;
};

TEST_P(CtlWindow, GrabsAndReleasesKeyboardAndMouse) {
    const ChildProgram viewer = view_window();
    unfocus();
    const Said refused = ctl({"grab"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_NE(refused.text.find("focus"), std::string::npos) << refused.text;
    focus();

    EXPECT_EQ(ctl({"grab"}).exit_code, 0);
    EXPECT_TRUE(comes([&] { return !stage_->is_keyboard_free(); }));
    EXPECT_TRUE(is_grabbed());

    EXPECT_EQ(ctl({"release"}).exit_code, 0);
    EXPECT_TRUE(comes([&] { return stage_->is_keyboard_free(); }));
    EXPECT_FALSE(is_grabbed());
}

TEST_P(CtlWindow, PressesKeysWithoutTheFocusAndLeavesNoneDown) {
    const ChildProgram viewer = view_window();
    unfocus();

    EXPECT_EQ(ctl({"send-keys", "ctrl+c"}).exit_code, 0);

    EXPECT_TRUE(comes([&] {
        return qemu_.keys() == std::vector<std::string>{"+ctrl", "+c", "-c", "-ctrl"};
    })) << testing::PrintToString(qemu_.keys());
}

TEST_P(CtlWindow, FillsTheScreen) {
    const ChildProgram viewer = view_window();
    EXPECT_TRUE(window_becomes({320, 240}));

    EXPECT_EQ(ctl({"fullscreen", "on"}).text, "full screen is on\n");

    EXPECT_TRUE(window_becomes(kScreen));
    EXPECT_EQ(stats()["fullscreen"], true);
    EXPECT_EQ(ctl({"fullscreen", "toggle"}).text, "full screen is off\n");
    EXPECT_TRUE(window_becomes({320, 240}));
}

TEST_P(CtlWindow, WritesTheGuestsPictureWhateverTheWindowsSize) {
    const ChildProgram viewer = view_window({"--size", "500x400"});
    const std::string file = folder_.path() + "/shot.png";

    EXPECT_EQ(ctl({"screenshot", "-o", file}).text, file + "\n");

    expect_pattern(file);
}

TEST_P(CtlWindow, TypesATextWithoutTheFocus) {
    const ChildProgram viewer = view_window();
    unfocus();

    EXPECT_EQ(json_of({"text", "aB"})["strokes"], 2);

    const std::vector<std::string> expected{"+a", "-a", "+shift", "+b", "-b", "-shift"};
    EXPECT_TRUE(comes([&] { return qemu_.keys() == expected; }))
        << testing::PrintToString(qemu_.keys());
}

TEST_P(CtlWindow, TellsHowItDoes) {
    const ChildProgram viewer = view_window();
    ASSERT_TRUE(comes([] { return stats()["frames"].get<int>() > 20; }));

    const auto found = stats();

    EXPECT_EQ(found["pid"], viewer.pid());
    EXPECT_EQ(found["state"], "live");
    EXPECT_TRUE(found["presenter"].get<std::string>().starts_with(stage_->platform())) << found;
    EXPECT_GT(found["shown_per_second"].get<double>(), 5);
    EXPECT_GT(found["stages"]["show"]["samples"].get<int>(), 0);
    EXPECT_NE(ctl({"stats"}).text.find("state     live"), std::string::npos);
}

TEST_P(CtlWindow, QuitsAndTakesItsWindowAlong) {
    ChildProgram viewer = view_window();
    ASSERT_FALSE(stage_->window_size().is_empty());

    EXPECT_EQ(ctl({"quit"}).exit_code, 0);

    EXPECT_TRUE(viewer.wait(std::chrono::seconds(20)));
    EXPECT_EQ(viewer.exit_code(), 0);
    EXPECT_TRUE(window_becomes({}));
    EXPECT_TRUE(sockets().empty());
}

TEST_P(CtlWindow, GrabsOnStartOnceItHasTheFocus) {
    const ChildProgram viewer = view_window({"--grab-on-start"});
    focus();
    EXPECT_TRUE(comes(is_grabbed));
    EXPECT_FALSE(stage_->is_keyboard_free());

    EXPECT_EQ(ctl({"release"}).exit_code, 0);
    unfocus();
    focus();

    EXPECT_FALSE(is_grabbed());
}

TEST_P(CtlWindow, GrabsWheneverItGetsTheFocus) {
    const ChildProgram viewer = view_window({"--auto-grab"});
    for (int i = 0; i < 2; ++i) {
        focus();
        EXPECT_TRUE(comes(is_grabbed));
        EXPECT_EQ(ctl({"release"}).exit_code, 0);
        unfocus();
    }
    EXPECT_TRUE(comes([&] { return stage_->is_keyboard_free(); }));
}

TEST_P(CtlWindow, ReloadChangesHostKeyAndAutoGrab) {
    const ChildProgram viewer = view_window();
    configure("[view]\nhost-key = \"pause\"\nauto-grab = true\n");
    EXPECT_EQ(ctl({"reload"}).exit_code, 0);
    unfocus();
    focus();
    EXPECT_TRUE(comes(is_grabbed));

    stage_->tap_key(KEY_PAUSE);

    EXPECT_TRUE(comes([] { return !is_grabbed(); }));
    stage_->tap_key(KEY_RIGHTCTRL);
    EXPECT_TRUE(comes([&] { return qemu_.keys().size() == 2; }));
    EXPECT_FALSE(is_grabbed());
}

class WindowAgain : public CtlWindow {
  protected:
    // NOLINTBEGIN(concurrency-mt-unsafe): one thread
    WindowAgain() { ::setenv("XDG_STATE_HOME", (folder_.path() + "/state").c_str(), 1); }

    ~WindowAgain() override { ::setenv("XDG_STATE_HOME", "/dev/null", 1); }

    // NOLINTEND(concurrency-mt-unsafe)

    static void quit(ChildProgram& viewer) {
        EXPECT_EQ(ctl({"quit"}).exit_code, 0);
        EXPECT_TRUE(viewer.wait(std::chrono::seconds(20)));
    }

    /// Viewed, resized and brought to full screen once.
    void leave_something_to_remember() {
        ChildProgram viewer = view_window();
        stage_->resize_window({500, 400});
        EXPECT_TRUE(window_becomes({500, 400}));
        // It hears of its size before it is asked for another.
        std::this_thread::sleep_for(std::chrono::milliseconds(800));
        EXPECT_EQ(ctl({"fullscreen", "on"}).exit_code, 0);
        EXPECT_TRUE(window_becomes(kScreen));
        quit(viewer);
    }
};

TEST_P(WindowAgain, IsAsItWasBefore) {
    leave_something_to_remember();

    ChildProgram viewer = view_window();
    EXPECT_TRUE(window_becomes(kScreen));
    EXPECT_EQ(stats()["fullscreen"], true);
    EXPECT_EQ(ctl({"fullscreen", "off"}).exit_code, 0);
    EXPECT_TRUE(window_becomes({500, 400}));
    quit(viewer);

    viewer = view_window();
    EXPECT_EQ(stats()["fullscreen"], false);
    EXPECT_TRUE(window_becomes({500, 400}));
}

TEST_P(WindowAgain, IsAsItIsAskedFor) {
    leave_something_to_remember();

    ChildProgram viewer = view_window({"--fullscreen=false", "--size", "200x150"});
    EXPECT_TRUE(window_becomes({200, 150}));
    quit(viewer);
}

TEST_P(WindowAgain, IsNewWhereNothingIsToBeRemembered) {
    leave_something_to_remember();

    ChildProgram viewer = view_window({"--remember-window=false"});
    EXPECT_TRUE(window_becomes({320, 240}));
    EXPECT_EQ(ctl({"fullscreen", "on"}).exit_code, 0);
    quit(viewer);

    viewer = view_window({"--fullscreen=false"});
    EXPECT_TRUE(window_becomes({500, 400}));
}

TEST_P(WindowAgain, OpensWithABrokenFileAsForTheFirstTime) {
    std::filesystem::create_directories(folder_.path() + "/state/oriel/windows");
    std::ofstream(folder_.path() + "/state/oriel/windows/test.json") << "{\"width\": ";

    ChildProgram viewer = view_window();

    EXPECT_TRUE(window_becomes({320, 240}));
}

TEST_P(CtlWindow, ReloadChangesScalingAndVsync) {
    const ChildProgram viewer = view_window({"--size", "700x525"});
    const auto has_bars = [&] {
        const auto seen = stage_->look();
        for (std::size_t y = 250; y < 265; ++y) {
            const auto row = std::span(seen).subspan(y * kScreen.width + 2, 20);
            if (std::ranges::count(row, kBarColour) != 20) {
                return false;
            }
        }
        return true;
    };
    EXPECT_FALSE(has_bars());

    configure("[view]\nscale = \"integer\"\nvsync = \"on\"\n");
    const auto said = json_of({"reload"});

    EXPECT_EQ(said["applied"]["scale"], "integer");
    EXPECT_EQ(said["applied"]["vsync"], "on");
    EXPECT_TRUE(comes(has_bars));
    const int before = stats()["frames"].get<int>();
    EXPECT_TRUE(comes([&] { return stats()["frames"].get<int>() > before + 10; }));
}

INSTANTIATE_TEST_SUITE_P(Displays, CtlWindow, testing::Values("x11", "sway"), [](const auto& made) {
    return std::string(made.param);
});
INSTANTIATE_TEST_SUITE_P(Displays,
                         WindowAgain,
                         testing::Values("x11", "sway"),
                         [](const auto& made) { return std::string(made.param); });

}  // namespace
}  // namespace oriel::testing_support
