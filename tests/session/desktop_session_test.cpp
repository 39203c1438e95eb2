// SPDX-License-Identifier: MIT
// The programs themselves on the compositors of GNOME and KDE.
#include <thread>

#include <gtest/gtest.h>

#include "faults/programs.h"
#include "wayland/compositor.h"
#include "x11/x11_fixture.h"

namespace oriel::testing_support {
namespace {

using std::chrono::seconds;
using test::Compositor;

constexpr Size kScreen = {640, 480};
constexpr const char* kPattern = "640x480@60,full";

class DesktopSession : public testing::Test {
  protected:
    void SetUp() override {
        if (const std::string why = Compositor::why_no_desktops(); !why.empty()) {
            GTEST_SKIP() << why;
        }
        broker_ = start_broker();
        agent_ = start_agent(kPattern);
    }

    static ChildProgram start_viewer_on(const Compositor& compositor, const std::string& vsync) {
        return ChildProgram::start({.label = "viewer",
                                    .arguments = {program("oriel"),
                                                  "view",
                                                  "test",
                                                  "--platform",
                                                  "wayland",
                                                  "--fullscreen",
                                                  "--vsync",
                                                  vsync,
                                                  "--input",
                                                  "none",
                                                  "--json"},
                                    .environment = {{"WAYLAND_DISPLAY", compositor.display()}},
                                    .output = ChildCommand::Output::Pipe,
                                    .complaints = ChildCommand::Complaints::Ours,
                                    .last_signal = SIGKILL})
            .value();
    }

    /// Lets it show frames for a while, ends it, and looks at what it says of itself.
    static void expect_shows_frames(const Compositor& compositor, const std::string& vsync) {
        ChildProgram viewer = start_viewer_on(compositor, vsync);
        ASSERT_TRUE(read_first_line(viewer, seconds(20)));
        std::this_thread::sleep_for(seconds(3));
        viewer.send(SIGTERM);

        const auto bytes = read_output(viewer, 1U << 20U, seconds(10));
        ASSERT_TRUE(bytes);
        const std::string said(reinterpret_cast<const char*>(bytes->data()), bytes->size());
        EXPECT_NE(said.find("\"first-frame\""), std::string::npos) << said;
        EXPECT_NE(said.find("\"bytes_copied\":0,"), std::string::npos) << said;
        EXPECT_NE(said.find("\"faults\":0"), std::string::npos) << said;
        ASSERT_TRUE(viewer.wait(seconds(5)));
        EXPECT_EQ(viewer.exit_code(), 0);
    }

    RuntimeFolder folder_;
    std::optional<ChildProgram> broker_;
    std::optional<ChildProgram> agent_;
};

TEST_F(DesktopSession, MutterShowsFramesThatNobodyCopied) {
    const auto mutter = Compositor::start_mutter(kScreen).value();

    expect_shows_frames(mutter, "auto");
    expect_shows_frames(mutter, "on");
}

TEST_F(DesktopSession, KWinShowsFramesThatNobodyCopied) {
    const auto kwin = Compositor::start_kwin(kScreen).value();

    expect_shows_frames(kwin, "auto");
    expect_shows_frames(kwin, "off");
}

TEST_F(DesktopSession, KWinShowsThemToTheLastPixelAndAgainWhenItComesBack) {
    const auto server = test::XServer::start(kScreen).value();
    auto kwin = Compositor::start_kwin_on_x11(kScreen, 1, server.display()).value();
    const PatternScreen screen(server.display(), {.size = kScreen});
    ChildProgram viewer = start_viewer_on(kwin, "auto");

    ASSERT_TRUE(screen.shows_frame_after(monotonic_now(), seconds(20)));
    EXPECT_TRUE(screen.shows_frame_after(monotonic_now(), seconds(20)));
    kwin.kill();
    std::this_thread::sleep_for(seconds(1));
    ASSERT_FALSE(viewer.has_ended());
    ASSERT_TRUE(kwin.restart());

    ASSERT_TRUE(screen.shows_frame_after(monotonic_now(), seconds(20)));
    EXPECT_TRUE(screen.shows_frame_after(monotonic_now(), seconds(20)));
}

}  // namespace
}  // namespace oriel::testing_support
