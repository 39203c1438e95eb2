// SPDX-License-Identifier: MIT
// A Windows desktop in a window of the host: Wine's, captured by the real oriel-guest.exe, through
// the stand-in driver and a region, by the real viewer.
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

#include "base/linux/process_use.h"
#include "faults/programs.h"
#include "wine/wine_rig.h"
#include "x11/viewer_windows.h"
#include "x11/x11_painter.h"

namespace oriel::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Pixels = std::vector<std::uint32_t>;

constexpr Size kDesktop{640, 480};
constexpr Size kLarger{800, 600};
constexpr Size kScreen{1024, 768};  ///< Of both X servers: room for either desktop.

class WindowsSession : public testing::Test {
  protected:
    void SetUp() override {
        if (const std::string why = WineRig::why_not(); !why.empty()) {
            GTEST_SKIP() << why;
        }
        auto rig = WineRig::boot({.name = "windows_session_test",
                                  .devices = {{.bytes = 64U << 20U}},
                                  .screen = kScreen});
        ASSERT_TRUE(rig) << rig.error().message;
        rig_ = std::move(*rig);
        // A desktop in a window of its own: only such a one changes its mode.
        const std::string key = R"(HKCU\Software\Wine\Explorer)";
        ASSERT_EQ(rig_->run("reg", {"add", key, "/v", "Desktop", "/d", "oriel", "/f"}).code, 0);
        ASSERT_EQ(
            rig_->run("reg", {"add", key + R"(\Desktops)", "/v", "oriel", "/d", "640x480", "/f"})
                .code,
            0);
        windows_.emplace(XPainter::open(rig_->display()).value());
        host_server_.emplace(XServer::start(kScreen).value());
        host_.emplace(XPainter::open(host_server_->display()).value());
    }

    void start_agent() {
        agent_.reset();
        auto started = rig_->start("oriel-guest.exe", {"--region", "pci", "--json"});
        ASSERT_TRUE(started) << started.error().message;
        agent_.emplace(std::move(*started));
        ASSERT_TRUE(agent_->says("\"started\"")) << agent_->text();
    }

    void start_viewer() {
        viewer_.emplace(testing_support::start_viewer_of(
            rig_->device().path(),
            "x11",
            {{"DISPLAY", host_server_->display()}},
            {"--input", "none", "--resize", "window", "--remember-window=false"}));
    }

    /// As a person drags its corner: the guest is asked to become that large.
    void resize_window(Size size) const {
        const std::uint32_t sides[] = {size.width, size.height};
        xcb_configure_window(host_->connection(),
                             viewer_windows(*host_).front(),
                             XCB_CONFIG_WINDOW_WIDTH | XCB_CONFIG_WINDOW_HEIGHT,
                             sides);
        host_->sync();
    }

    /// A Windows program with a window; once it is there.
    WineProgram start_program(const std::string& name) {
        const Pixels before = desktop(kDesktop);
        auto started = rig_->start(name).value();
        EXPECT_TRUE(comes([&] { return desktop(kDesktop) != before; }));
        return started;
    }

    Pixels desktop(Size size) const { return windows_->look_at(windows_->root(), Rect::of(size)); }

    /// What is in the viewer's window; nothing while there is none of that size.
    Pixels shown(Size size) const {
        const auto windows = viewer_windows(*host_);
        return windows.empty() ? Pixels() : host_->look_at(windows.front(), Rect::of(size));
    }

    /// The viewer's window shows the desktop, to the pixel, at one moment.
    bool shows_the_desktop(Size size) {
        return comes([&] {
            const Pixels wanted = desktop(size);
            return !wanted.empty() && shown(size) == wanted;
        });
    }

    template <class Condition>
    static bool comes(Condition condition, Nanoseconds limit = seconds(20)) {
        const Nanoseconds give_up = monotonic_now() + limit;
        while (!condition()) {
            if (monotonic_now() > give_up) {
                return false;
            }
            std::this_thread::sleep_for(milliseconds(50));
        }
        return true;
    }

    /// As a person types: into the window that the Windows desktop has the keyboard in.
    void type(const std::vector<std::uint32_t>& keys) {
        windows_->move_mouse(200, 150);
        windows_->press_button(1);
        windows_->release_button(1);
        std::this_thread::sleep_for(milliseconds(300));
        for (const std::uint32_t key : keys) {
            windows_->press_key(key);
            windows_->release_key(key);
        }
    }

    std::unique_ptr<WineRig> rig_;
    std::optional<XPainter> windows_;
    std::optional<XServer> host_server_;
    std::optional<XPainter> host_;
    std::optional<WineProgram> agent_;
    std::optional<ChildProgram> viewer_;
};

TEST_F(WindowsSession, ShowsTheDesktopAndWhatIsTypedThere) {
    const WineProgram notepad = start_program("notepad.exe");
    start_agent();
    start_viewer();
    ASSERT_TRUE(shows_the_desktop(kDesktop)) << agent_->text();
    const Pixels before = shown(kDesktop);

    type({KEY_O, KEY_R, KEY_I, KEY_E, KEY_L});

    EXPECT_TRUE(comes([&] { return shown(kDesktop) != before; }));
    EXPECT_TRUE(shows_the_desktop(kDesktop));
}

TEST_F(WindowsSession, FollowsAViewersWishForASizeThatTheDesktopOffers) {
    const WineProgram clock = start_program("winver.exe");
    start_agent();
    start_viewer();
    ASSERT_TRUE(shows_the_desktop(kDesktop)) << agent_->text();

    resize_window(kLarger);

    EXPECT_TRUE(shows_the_desktop(kLarger)) << agent_->text();
    EXPECT_TRUE(agent_->says("the screen is 800x600 now, as a viewer wished"));
}

TEST_F(WindowsSession, SaysWhyNotWhereTheDesktopOffersNoSuchSize) {
    const WineProgram clock = start_program("winver.exe");
    start_agent();
    start_viewer();
    ASSERT_TRUE(shows_the_desktop(kDesktop)) << agent_->text();

    resize_window({777, 555});

    EXPECT_TRUE(agent_->says("offers no 777x555: the nearest that it offers is")) << agent_->text();
}

TEST_F(WindowsSession, IsThereAgainAfterTheAgentWasKilled) {
    const WineProgram clock = start_program("winver.exe");
    start_agent();
    start_viewer();
    ASSERT_TRUE(shows_the_desktop(kDesktop)) << agent_->text();
    agent_->child().send(SIGKILL);
    ASSERT_TRUE(agent_->child().wait(seconds(10)));
    EXPECT_TRUE(comes([&] { return !rig_->device().is_mapped(); }));

    start_agent();
    const WineProgram other = start_program("notepad.exe");

    EXPECT_TRUE(shows_the_desktop(kDesktop)) << agent_->text();
}

TEST_F(WindowsSession, RestsWhileNobodyLooks) {
    const WineProgram clock = start_program("winver.exe");
    start_agent();
    start_viewer();
    ASSERT_TRUE(shows_the_desktop(kDesktop)) << agent_->text();
    viewer_->end();
    std::this_thread::sleep_for(seconds(3));
    // As a viewer's broker does: the agent has heard its bell, and looks seldom.
    rig_->device().interrupt();
    std::this_thread::sleep_for(seconds(1));

    const auto before = use_of(agent_->child().pid());
    std::this_thread::sleep_for(seconds(10));
    const auto after = use_of(agent_->child().pid());

    ASSERT_TRUE(before && after);
    EXPECT_LT(after->switches() - before->switches(), 50U) << "in 10 s";
}

}  // namespace
}  // namespace oriel::test
