// SPDX-License-Identifier: MIT
// `oriel ctl` and a real `oriel view` with a window on a real X server.

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

}  // namespace
}  // namespace oriel::testing_support
