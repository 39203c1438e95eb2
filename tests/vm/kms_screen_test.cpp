// SPDX-License-Identifier: MIT
// The kms source in a real guest, on the screens that QEMU has: what arrives in the region is what
// QEMU says the screen shows, to the pixel.
#include <iostream>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "vm/kms_guest.h"

namespace oriel {
namespace {

using namespace testing_support;

const Screen kBochs{"Bochs",
                    "bochs",
                    "VGA,edid=on,xres=1280,yres=800",
                    {1280, 800},
                    {1024, 768},
                    Screen::Cursor::None};

class KmsScreen : public KmsGuest, public testing::WithParamInterface<Screen> {
  protected:
    void SetUp() override { start(GetParam()); }
};

/// What is the same on every screen.
class KmsOnBochs : public KmsGuest {
  protected:
    void SetUp() override { start(kBochs); }
};

INSTANTIATE_TEST_SUITE_P(Quick,
                         KmsScreen,
                         testing::Values(kBochs,
                                         Screen{"Virtio",
                                                "virtio_gpu",
                                                "virtio-vga,xres=1280,yres=800",
                                                {1280, 800},
                                                {1920, 1080},
                                                Screen::Cursor::Plane}),
                         [](const auto& each) { return each.param.name; });

// Label long.
INSTANTIATE_TEST_SUITE_P(Long, KmsScreen, testing::ValuesIn(every_screen()), [](const auto& each) {
    return each.param.name;
});
INSTANTIATE_TEST_SUITE_P(LongOthers,
                         KmsScreen,
                         testing::Values(Screen{"CirrusInSixteenBits",
                                                "cirrus",
                                                "cirrus-vga",
                                                {1024, 768},
                                                {800, 600},
                                                Screen::Cursor::None,
                                                "rg16"}),
                         [](const auto& each) { return each.param.name; });

TEST_P(KmsScreen, ShowsTheConsoleToThePixel) {
    expect_equal(screen_.console);
    for (int i = 0; i < 3; ++i) {
        run(fmt::format("ls -l /bin /dev >/dev/tty1; echo line {} >/dev/tty1", i));
        expect_equal(screen_.console);
    }
    // One letter is a letter.
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    const std::uint64_t before = watcher_->damaged_pixels();
    const std::uint64_t frames = watcher_->frames();
    run("printf x >/dev/tty1");
    ASSERT_TRUE(comes_true([&] { return watcher_->frames() > frames; }));
    expect_equal(screen_.console);
    EXPECT_LE(watcher_->damaged_pixels() - before, 16U * 16);

    run("echo another console >/dev/tty2; chvt 2");
    expect_equal(screen_.console);
    run("chvt 1");
    expect_equal(screen_.console);
    expect_same_agent();
}

TEST_P(KmsScreen, FollowsAProgramThatFlipsAndWhatComesAfterIt) {
    const Size size = screen_.painted;
    run(
        fmt::format("kms_painter {}x{} 120 {} >/run/painter.log 2>&1 </dev/null & "
                    "echo $! >/run/painter.pid",
                    size.width,
                    size.height,
                    screen_.painter_options));
    const auto painted = [&] {
        const std::string said = run("cat /run/painter.log 2>/dev/null || true");
        return said.find("painted") != std::string::npos;
    };
    ASSERT_TRUE(comes_true(painted, std::chrono::seconds(60))) << run("cat /run/painter.log");
    expect_equal(size);
    EXPECT_GT(watcher_->frames(), 2U);  // Of 4K an emulated guest copies but a few a second.
    if (screen_.cursor == Screen::Cursor::Plane) {
        const auto is_there = [&] {
            const CursorPosition at = watcher_->cursor();
            const auto image = watcher_->cursor_image();
            return at.visibility == CursorPosition::Visibility::Shown && image &&
                   at.x - static_cast<int>(image->hot_x) == 220 &&
                   at.y - static_cast<int>(image->hot_y) == 120;
        };
        EXPECT_TRUE(comes_true(is_there)) << watcher_->cursor().x << "," << watcher_->cursor().y;
        EXPECT_EQ(watcher_->cursor_image().value_or(CursorImage()).size, (Size{64, 64}));
    }

    // The console again.
    run("kill $(cat /run/painter.pid)");
    expect_equal(screen_.console);
}

TEST_F(KmsOnBochs, RestsWhileNothingChanges) {
    expect_equal(screen_.console);
    std::this_thread::sleep_for(std::chrono::seconds(2));
    // Hundredths of a second of the guest's clock, and how often it gave up the CPU.
    const auto used = [&] {
        return std::stoul(run("awk '{print $14 + $15}' /proc/$(cat /run/agent.pid)/stat"));
    };
    const auto rests = [&] {
        return std::stoul(run("awk '/^voluntary/ {print $2}' /proc/$(cat /run/agent.pid)/status"));
    };
    const auto uptime = [&] {
        return std::stod(run("cut -d' ' -f1 /proc/uptime"));
    };
    const double begin = uptime();
    const std::uint64_t used_before = used();
    const std::uint64_t rests_before = rests();
    const std::uint64_t frames = watcher_->frames();

    std::this_thread::sleep_for(std::chrono::seconds(4));

    const double seconds = uptime() - begin;
    const double share = static_cast<double>(used() - used_before) / seconds;
    const double wakes = static_cast<double>(rests() - rests_before) / seconds;
    RecordProperty("percent_of_a_cpu", fmt::format("{:.2f}", share));
    std::cout << fmt::format("{}: {:.2f} % of the guest's CPU, wakes {:.1f} times a second\n",
                             screen_.name,
                             share,
                             wakes);
    EXPECT_EQ(watcher_->frames(), frames);
    EXPECT_LE(wakes, 30.0);
    // 1 % on a machine at rest: but the seconds of a loaded one are not the guest's alone.
    EXPECT_LE(share, 10.0);
}

TEST_F(KmsOnBochs, SaysWhoMayReadTheScreen) {
    const std::string as_nobody =
        "su nobody -s /bin/sh -c 'oriel-guest --region file:/tmp/r --capture kms'";
    run("echo nobody:x:65534:65534::/:/bin/sh >/etc/passwd");
    run("chmod 666 /dev/dri/card0; truncate -s 16777216 /tmp/r; chmod 666 /tmp/r");

    const auto open = machine_->run(as_nobody);
    run("chmod 600 /dev/dri/card0");
    const auto shut = machine_->run(as_nobody);

    for (const auto& said : {open, shut}) {
        ASSERT_TRUE(said) << said.error().message;
        EXPECT_EQ(said->exit_code, 1);
        EXPECT_EQ(said->text,
                  "oriel-guest: cannot read the screen of card0: run as root (CAP_SYS_ADMIN)\n");
    }
}

TEST_F(KmsOnBochs, FindsWhatIsDrawnWithoutTellingTheKernel) {
    const Size size = screen_.painted;
    run(fmt::format("kms_painter {}x{} 120 direct >/run/painter.log 2>&1 </dev/null &",
                    size.width,
                    size.height));
    const auto painted = [&] {
        const std::string said = run("cat /run/painter.log 2>/dev/null || true");
        return said.find("painted") != std::string::npos;
    };
    ASSERT_TRUE(comes_true(painted, std::chrono::seconds(60))) << run("cat /run/painter.log");
    expect_equal(size);
    EXPECT_GT(watcher_->frames(), 10U);
}

TEST_F(KmsOnBochs, LeavesNothingInTheKernelAndTakesBackWhatAKilledOneLeft) {
    run("mount -t tracefs none /sys/kernel/tracing");
    const std::string traces =
        "ls /sys/kernel/tracing/instances | grep -c oriel; "
        "grep -c oriel_ /sys/kernel/tracing/kprobe_events; true";
    EXPECT_NE(run(traces).substr(0, 2), "0\n");
    run("kill -9 $(cat /run/agent.pid)");
    EXPECT_EQ(run(traces).substr(0, 2), "1\n");

    watcher_.reset();
    start_agent();

    EXPECT_EQ(run(traces).substr(0, 2), "1\n");
    expect_equal(screen_.console);
    run("kill $(cat /run/agent.pid)");
    EXPECT_TRUE(comes_true([&] { return run(traces) == "0\n0\n"; })) << run(traces);
}

}  // namespace
}  // namespace oriel
