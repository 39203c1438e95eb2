// SPDX-License-Identifier: MIT
// The kms source under a Wayland compositor whose only screen is virtio-gpu's, as in a guest whose
// GPU has no connector; the renderer is software in that GPU's place. What arrives in the region is
// what QEMU says the screen shows, to the pixel.
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "vm/count_pixels.h"
#include "vm/kms_guest.h"
#include "vm/weston_guest.h"

namespace oriel {
namespace {

using namespace testing_support;

const Screen kVirtio{"Virtio",
                     "virtio_gpu",
                     "virtio-vga,xres=1280,yres=800",
                     {1280, 800},
                     {1024, 768},
                     Screen::Cursor::Plane};

struct Compositor {
    const char* name;
    WestonRenderer renderer;
};

class CompositorScreen : public KmsGuest, public testing::WithParamInterface<Compositor> {
  protected:
    void SetUp() override {
        if (const std::string why = why_no_weston(GetParam().renderer); !why.empty()) {
            GTEST_SKIP() << why << ": nothing was tested";
        }
        const auto additions = weston_additions(GetParam().renderer, folder_.path());
        ASSERT_TRUE(additions) << additions.error().message;
        start(kVirtio, *additions);
        run(start_udev_command());
    }

    /// Waits until it has set the mode and takes clients.
    void start_compositor(Size size) {
        run(start_weston_command(GetParam().renderer, size));
        const auto is_up = [&] {
            return run("grep -c \"enabled with head\" /run/weston.log || true") == "1\n";
        };
        ASSERT_TRUE(comes_true(is_up, std::chrono::seconds(60))) << run("cat /run/weston.log");
    }

    /// Waits until it is gone: until then the kernel asks its leave to show another console.
    void end_compositor(const std::string& signal) {
        run(
            fmt::format("kill -{} $(cat /run/weston.pid); "
                        "while [ -d /proc/$(cat /run/weston.pid) ]; do sleep 0.05; done; "
                        "kill -9 $(cat /run/client.pid)",
                        signal));
    }

    /// Waits for some of its pictures, then has it draw no more.
    void start_client_and_stop_it() {
        const std::uint64_t frames = watcher_->frames();
        run(start_client_command(weston_client(GetParam().renderer)));
        const auto is_drawing = [&] {
            return watcher_->frames() >= frames + 5 && count_colours(watcher_->picture()) > 50;
        };
        EXPECT_TRUE(comes_true(is_drawing, std::chrono::seconds(60)))
            << run("cat /run/client.log /run/weston.log");
        run("kill -STOP $(cat /run/client.pid)");
    }
};

INSTANTIATE_TEST_SUITE_P(Quick,
                         CompositorScreen,
                         testing::Values(Compositor{"Pixman", WestonRenderer::Pixman}),
                         [](const auto& each) { return each.param.name; });

// Label long.
INSTANTIATE_TEST_SUITE_P(Long,
                         CompositorScreen,
                         testing::Values(Compositor{"Gl", WestonRenderer::Gl}),
                         [](const auto& each) { return each.param.name; });

TEST_P(CompositorScreen, IsShownToThePixelWithTheConsoleBeforeBesideAndAfterIt) {
    expect_equal(screen_.console);

    start_compositor(screen_.console);
    start_client_and_stop_it();
    expect_equal(screen_.console);

    for (int i = 0; i < 2; ++i) {
        run("chvt 1; echo on the console beside it >/dev/tty1");
        expect_equal(screen_.console);
        const ScreenPicture console = watcher_->picture();
        run("chvt 2");
        EXPECT_TRUE(comes_true([&] { return different_pixels(watcher_->picture(), console) > 0; }));
        expect_equal(screen_.console);
    }

    end_compositor("TERM");
    run("chvt 1; echo after it >/dev/tty1");
    expect_equal(screen_.console);

    // One that has a mode of its own.
    start_compositor(screen_.painted);
    start_client_and_stop_it();
    expect_equal(screen_.painted);

    end_compositor("KILL");
    run("chvt 1; echo after that, too >/dev/tty1");
    expect_equal(screen_.console);
    expect_same_agent();
}

}  // namespace
}  // namespace oriel
