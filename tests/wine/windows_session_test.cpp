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
        viewer_.emplace(testing_support::start_viewer_of(rig_->device().path(),
                                                         "x11",
                                                         {{"DISPLAY", host_server_->display()}},
                                                         {"--input", "none", "--resize", "guest"}));
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

}  // namespace
}  // namespace oriel::test
