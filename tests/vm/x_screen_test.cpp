// SPDX-License-Identifier: MIT
// The kms source under a real X server in a real guest: what arrives in the region is what QEMU
// says the screen shows, to the pixel.
#include <cstdint>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "vm/count_pixels.h"
#include "vm/kms_guest.h"
#include "vm/x_guest.h"

namespace oriel {
namespace {

using namespace testing_support;

class XScreen : public KmsGuest, public testing::WithParamInterface<Screen> {
  protected:
    void SetUp() override {
        if (const std::string why = why_no_x(); !why.empty()) {
            GTEST_SKIP() << why << ": nothing was tested";
        }
        const auto programs = x_programs(folder_.path());
        ASSERT_TRUE(programs) << programs.error().message;
        start(GetParam(), {.files = *programs});
    }

    /// Waits until the server takes connections.
    void start_x() {
        run(start_x_command());
        const auto is_up = [&] {
            return run("test -S /tmp/.X11-unix/X0 && echo up || true") == "up\n";
        };
        ASSERT_TRUE(comes_true(is_up, std::chrono::seconds(60))) << run("tail -n 20 /run/x.log");
    }
};

const auto name_of = [](const auto& each) {
    return each.param.name;
};

INSTANTIATE_TEST_SUITE_P(Quick, XScreen, testing::Values(every_screen().front()), name_of);

// Label long.
INSTANTIATE_TEST_SUITE_P(Long, XScreen, testing::ValuesIn(every_screen()), name_of);

TEST_P(XScreen, ShowsAServerAndATerminalInItToThePixel) {
    expect_equal(screen_.console);
    start_x();
    expect_equal(screen_.console);

    run("DISPLAY=:0 /usr/bin/xsetroot -solid steelblue");
    // What comes out of the pipe is on the terminal; its cursor does not blink.
    run("mkfifo /run/typed");
    run("DISPLAY=:0 /usr/bin/xterm -fn fixed -geometry 90x30+40+30 -e sh -c "
        "'exec 3<>/run/typed; cat <&3' >/run/xterm.log 2>&1 </dev/null &");
    for (int i = 0; i < 3; ++i) {
        const std::uint64_t frames = watcher_->frames();
        run(fmt::format("(ls -l /bin | tail -n 5; echo line {}) >/run/typed", i));
        EXPECT_TRUE(comes_true([&] { return watcher_->frames() > frames; }));
        expect_equal(screen_.console);
    }
    // It is what it should be: the terminal's white on the server's steel blue.
    const ScreenPicture shown = watcher_->picture();
    EXPECT_GT(count_pixels(shown, {0xB4, 0x82, 0x46}), 100'000U);
    EXPECT_GT(count_pixels(shown, {0xFF, 0xFF, 0xFF}), 100'000U);

    run("chvt 1; echo on the console beside it >/dev/tty1");
    expect_equal(screen_.console);
    EXPECT_EQ(count_pixels(watcher_->picture(), {0xB4, 0x82, 0x46}), 0U);
    run("chvt 7");
    EXPECT_TRUE(comes_true(
        [&] { return count_pixels(watcher_->picture(), {0xB4, 0x82, 0x46}) > 100'000U; }));
    expect_equal(screen_.console);

    run("kill $(pidof Xorg); while pidof Xorg; do sleep 0.05; done; chvt 1; echo after it "
        ">/dev/tty1");
    expect_equal(screen_.console);
    expect_same_agent();
}

}  // namespace
}  // namespace oriel
