// SPDX-License-Identifier: MIT
// `oriel ctl` and a real `oriel view` with a window on a real X server.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>
#include <nlohmann/json.hpp>

#include "control/control_fixture.h"
#include "x11/viewer_windows.h"
#include "x11/x11_fixture.h"
#include "x11/x11_painter.h"

namespace oriel::testing_support {
namespace {

class CtlX11 : public ControlTest {
  protected:
    CtlX11() : qemu_(qmp_path()) {}

    /// With a picture, and a guest that can be reached.
    ChildProgram view_x11(const std::vector<std::string>& more = {}) {
        std::vector<std::string> arguments{
            "test", "--platform", "x11", "--input", "qmp:" + qmp_path()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        ChildProgram viewer = view(std::move(arguments), server_.display());
        EXPECT_TRUE(comes([] {
            const auto found = stats();
            return found["frames"].get<int>() > 3 && found["input"]["link"] == "ready";
        }));
        return viewer;
    }

    void focus() {
        eye_.focus(test::viewer_windows(eye_)[0]);
        EXPECT_TRUE(comes([] { return stats()["focus"] == true; }));
    }

    void unfocus() {
        eye_.focus(eye_.root());
        EXPECT_TRUE(comes([] { return stats()["focus"] == false; }));
    }

    static bool is_grabbed() { return stats()["input"]["grabbed"] == true; }

    void tap(std::uint32_t key) const {
        eye_.press_key(key);
        eye_.release_key(key);
    }

    test::XServer server_ = test::XServer::start({800, 600}).value();
    test::XPainter eye_ = test::XPainter::open(server_.display()).value();
    PlayedQemu qemu_;
};

TEST_F(CtlX11, GrabsAndReleasesKeyboardAndMouse) {
    const ChildProgram viewer = view_x11();
    unfocus();
    const Said refused = ctl({"grab"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_NE(refused.text.find("focus"), std::string::npos) << refused.text;
    focus();

    EXPECT_EQ(ctl({"grab"}).exit_code, 0);
    EXPECT_TRUE(comes([&] { return !eye_.can_grab(); }));
    EXPECT_TRUE(is_grabbed());

    EXPECT_EQ(ctl({"release"}).exit_code, 0);
    EXPECT_TRUE(comes([&] { return eye_.can_grab(); }));
    EXPECT_FALSE(is_grabbed());
}

TEST_F(CtlX11, PressesKeysWithoutTheFocusAndLeavesNoneDown) {
    const ChildProgram viewer = view_x11();
    unfocus();

    EXPECT_EQ(ctl({"send-keys", "ctrl+c"}).exit_code, 0);

    EXPECT_TRUE(comes([&] {
        return qemu_.keys() == std::vector<std::string>{"+ctrl", "+c", "-c", "-ctrl"};
    })) << testing::PrintToString(qemu_.keys());
}

TEST_F(CtlX11, FillsTheScreen) {
    const ChildProgram viewer = view_x11();
    const auto width = [&] {
        const auto cookie = xcb_get_geometry(eye_.connection(), test::viewer_windows(eye_)[0]);
        const std::unique_ptr<xcb_get_geometry_reply_t, decltype(&std::free)> reply(
            xcb_get_geometry_reply(eye_.connection(), cookie, nullptr), std::free);
        return reply ? reply->width : 0;
    };
    EXPECT_LT(width(), 800);

    EXPECT_EQ(ctl({"fullscreen", "on"}).text, "full screen is on\n");

    EXPECT_TRUE(comes([&] { return width() == 800; }));
    EXPECT_EQ(ctl({"fullscreen", "off"}).text, "full screen is off\n");
    EXPECT_TRUE(comes([&] { return width() < 800; }));
}

TEST_F(CtlX11, GrabsOnStartOnceItHasTheFocus) {
    const ChildProgram viewer = view_x11({"--grab-on-start"});
    focus();
    EXPECT_TRUE(comes(is_grabbed));
    EXPECT_FALSE(eye_.can_grab());

    EXPECT_EQ(ctl({"release"}).exit_code, 0);
    unfocus();
    focus();

    EXPECT_FALSE(is_grabbed());
}

TEST_F(CtlX11, GrabsWheneverItGetsTheFocus) {
    const ChildProgram viewer = view_x11({"--auto-grab"});
    for (int i = 0; i < 2; ++i) {
        focus();
        EXPECT_TRUE(comes(is_grabbed));
        EXPECT_EQ(ctl({"release"}).exit_code, 0);
        unfocus();
    }
    EXPECT_TRUE(comes([&] { return eye_.can_grab(); }));
}

TEST_F(CtlX11, ReloadChangesHostKeyAndAutoGrab) {
    const ChildProgram viewer = view_x11();
    configure("[view]\nhost-key = \"pause\"\nauto-grab = true\n");
    EXPECT_EQ(ctl({"reload"}).exit_code, 0);
    unfocus();
    focus();
    EXPECT_TRUE(comes(is_grabbed));

    tap(KEY_PAUSE);

    EXPECT_TRUE(comes([] { return !is_grabbed(); }));
    tap(KEY_RIGHTCTRL);
    EXPECT_TRUE(comes([&] { return qemu_.keys().size() == 2; }));
    EXPECT_FALSE(is_grabbed());
}

class WindowAgain : public CtlX11 {
  protected:
    // NOLINTBEGIN(concurrency-mt-unsafe): one thread
    WindowAgain() { ::setenv("XDG_STATE_HOME", (folder_.path() + "/state").c_str(), 1); }

    ~WindowAgain() override { ::setenv("XDG_STATE_HOME", "/dev/null", 1); }

    // NOLINTEND(concurrency-mt-unsafe)

    Size window_size() const {
        const auto windows = test::viewer_windows(eye_);
        if (windows.empty()) {
            return {};
        }
        const auto cookie = xcb_get_geometry(eye_.connection(), windows[0]);
        const std::unique_ptr<xcb_get_geometry_reply_t, decltype(&std::free)> reply(
            xcb_get_geometry_reply(eye_.connection(), cookie, nullptr), std::free);
        return reply ? Size{reply->width, reply->height} : Size{};
    }

    void resize(Size size) const {
        const std::uint32_t values[] = {size.width, size.height};
        xcb_configure_window(eye_.connection(),
                             test::viewer_windows(eye_)[0],
                             XCB_CONFIG_WINDOW_WIDTH | XCB_CONFIG_WINDOW_HEIGHT,
                             values);
        eye_.sync();
    }

    static void quit(ChildProgram& viewer) {
        EXPECT_EQ(ctl({"quit"}).exit_code, 0);
        EXPECT_TRUE(viewer.wait(std::chrono::seconds(20)));
    }

    /// Viewed, resized and brought to full screen once.
    void leave_something_to_remember() {
        ChildProgram viewer = view_x11();
        resize({500, 400});
        EXPECT_TRUE(comes([&] { return window_size() == Size{500, 400}; }));
        // It hears of its size before it is asked for another.
        std::this_thread::sleep_for(std::chrono::milliseconds(800));
        EXPECT_EQ(ctl({"fullscreen", "on"}).exit_code, 0);
        EXPECT_TRUE(comes([&] { return window_size() == Size{800, 600}; }));
        quit(viewer);
    }
};

TEST_F(WindowAgain, IsAsItWasBefore) {
    leave_something_to_remember();

    ChildProgram viewer = view_x11();
    EXPECT_EQ(window_size(), (Size{800, 600}));
    EXPECT_EQ(stats()["fullscreen"], true);
    EXPECT_EQ(ctl({"fullscreen", "off"}).exit_code, 0);
    EXPECT_TRUE(comes([&] { return window_size() == Size{500, 400}; }));
    quit(viewer);

    viewer = view_x11();
    EXPECT_EQ(stats()["fullscreen"], false);
    EXPECT_EQ(window_size(), (Size{500, 400}));
}

TEST_F(WindowAgain, IsAsItIsAskedFor) {
    leave_something_to_remember();

    ChildProgram viewer = view_x11({"--fullscreen=false", "--size", "200x150"});
    EXPECT_EQ(window_size(), (Size{200, 150}));
    quit(viewer);
}

TEST_F(WindowAgain, IsNewWhereNothingIsToBeRemembered) {
    leave_something_to_remember();

    ChildProgram viewer = view_x11({"--remember-window=false"});
    EXPECT_EQ(window_size(), (Size{320, 240}));
    EXPECT_EQ(ctl({"fullscreen", "on"}).exit_code, 0);
    quit(viewer);

    viewer = view_x11({"--fullscreen=false"});
    EXPECT_EQ(window_size(), (Size{500, 400}));
}

TEST_F(WindowAgain, OpensWithABrokenFileAsForTheFirstTime) {
    std::filesystem::create_directories(folder_.path() + "/state/oriel/windows");
    std::ofstream(folder_.path() + "/state/oriel/windows/test.json") << "{\"width\": ";

    ChildProgram viewer = view_x11();

    EXPECT_EQ(window_size(), (Size{320, 240}));
}

TEST_F(CtlX11, ReloadChangesScalingAndVsync) {
    const ChildProgram viewer = view_x11({"--size", "700x525"});
    const auto has_bars = [&] {
        const auto seen = eye_.look_at(test::viewer_windows(eye_)[0], {2, 250, 20, 15});
        return std::ranges::count(seen, 0U) == 20 * 15;
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

}  // namespace
}  // namespace oriel::testing_support
