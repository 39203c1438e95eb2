// SPDX-License-Identifier: MIT
// The kms source in a real guest, on the screens that QEMU has: what arrives in the region is what
// QEMU says the screen shows, to the pixel.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "vm/guest_programs.h"
#include "vm/machine_rig.h"
#include "vm/screen_watcher.h"

namespace oriel {
namespace {

using namespace testing_support;

/// Two slots of 4K and more of less.
constexpr unsigned kRegionMib = 128;

struct Screen {
    const char* name;
    const char* module;
    const char* device;
    Size console;
    Size painted;
    enum class Cursor : std::uint8_t { Plane, None } cursor;
    const char* painter_options = "";
};

std::ostream& operator<<(std::ostream& out, const Screen& screen) {
    return out << screen.name;
}

/// How many pixels differ; all of them where the sizes do.
std::uint64_t different_pixels(const ScreenPicture& a, const ScreenPicture& b) {
    if (a.size != b.size) {
        return std::max(a.size.area(), b.size.area());
    }
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < a.pixels.size(); i += 4) {
        count += std::equal(&a.pixels[i], &a.pixels[i] + 4, &b.pixels[i]) ? 0U : 1U;
    }
    return count;
}

/// A guest with one screen, an agent that captures it, and a viewer.
class KmsGuest : public testing::Test {
  protected:
    void start(const Screen& screen) {
        screen_ = screen;
        if (const std::string why = why_no_machine(); !why.empty()) {
            GTEST_SKIP() << why << ": nothing was tested";
        }
        const std::string folder = folder_.make("a");
        region_ = folder + "/region";
        MachineOptions options = machine_options(folder);
        options.memory_mib = 384;
        options.kernel_arguments = {"vt.global_cursor_default=0"};
        options.devices = {
            "-object",
            fmt::format(
                "memory-backend-file,id=region,mem-path={},size={}M,share=on", region_, kRegionMib),
            "-device",
            "ivshmem-plain,memdev=region,addr=0x1d",
            "-device",
            screen.device};
        options.root.modules = {"virtio_pci", screen.module};
        options.root.files = guest_programs({"oriel-guest", "kms_painter"});
        machine_ = boot(options);
        ASSERT_TRUE(machine_);
        start_agent();
    }

    void TearDown() override {
        if (HasFailure() && machine_) {
            const auto log = machine_->run(
                "cat /run/agent.log /run/painter.log; dmesg | tail -n 5; "
                "mount -t debugfs none /sys/kernel/debug; cat /sys/kernel/debug/dri/0/state");
            std::cerr << (log ? log->text : log.error().message) << '\n';
        }
    }

    void start_agent() {
        run("echo 1 >/sys/bus/pci/devices/0000:00:1d.0/enable");
        run("oriel-guest -v --region file:/sys/bus/pci/devices/0000:00:1d.0/resource2_wc "
            "--capture kms >/run/agent.log 2>&1 </dev/null & echo $! >/run/agent.pid");
        // The region is nothing before the agent has begun.
        const auto has_begun = [&] {
            return run("grep -c capturing /run/agent.log || true") != "0\n";
        };
        ASSERT_TRUE(comes_true(has_begun)) << run("cat /run/agent.log");
        watcher_.emplace(Target::parse("file:" + region_).value());
    }

    std::string run(const std::string& command) {
        const auto said = machine_->run(command);
        EXPECT_TRUE(said) << said.error().message;
        EXPECT_EQ(said ? said->exit_code : 0, 0) << command << "\n" << (said ? said->text : "");
        return said ? said->text : std::string();
    }

    template <class Condition>
    static bool comes_true(const Condition& condition,
                           Nanoseconds limit = std::chrono::seconds(15)) {
        const Nanoseconds give_up = monotonic_now() + limit;
        while (!condition()) {
            if (monotonic_now() > give_up) {
                return false;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        return true;
    }

    /// Waits until both show the same, and says how it went.
    void expect_equal(Size size) {
        ScreenPicture shown;
        const bool is_equal = comes_true([&] {
            auto dumped = machine_->screendump();
            shown = watcher_->picture();
            return dumped && dumped->size == size && different_pixels(*dumped, shown) == 0;
        });
        const auto dumped = machine_->screendump();
        ASSERT_TRUE(dumped) << dumped.error().message;
        EXPECT_TRUE(is_equal) << different_pixels(*dumped, shown) << " pixels differ; shown "
                              << shown.size.width << "x" << shown.size.height << ", dumped "
                              << dumped->size.width << "x" << dumped->size.height;
    }

    Screen screen_{};
    MachineFolder folder_;
    std::string region_;
    std::unique_ptr<VirtualMachine> machine_;
    std::optional<ScreenWatcher> watcher_;
};

constexpr Screen kBochs{"Bochs",
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
INSTANTIATE_TEST_SUITE_P(Long,
                         KmsScreen,
                         testing::Values(Screen{"Qxl",
                                                "qxl",
                                                "qxl-vga,xres=1280,yres=800",
                                                {1280, 800},
                                                {1024, 768},
                                                Screen::Cursor::Plane},
                                         Screen{"CirrusInSixteenBits",
                                                "cirrus",
                                                "cirrus-vga",
                                                {1024, 768},
                                                {800, 600},
                                                Screen::Cursor::None,
                                                "rg16"},
                                         Screen{"VirtioAt1366x768",
                                                "virtio_gpu",
                                                "virtio-vga,xres=1366,yres=768",
                                                {1366, 768},
                                                {1024, 768},
                                                Screen::Cursor::Plane},
                                         Screen{"BochsAt1920x1080",
                                                "bochs",
                                                "VGA,edid=on,xres=1920,yres=1080",
                                                {1920, 1080},
                                                {1280, 1024},
                                                Screen::Cursor::None},
                                         Screen{"VirtioAt2560x1080",
                                                "virtio_gpu",
                                                "virtio-vga,xres=2560,yres=1080",
                                                {2560, 1080},
                                                {1920, 1080},
                                                Screen::Cursor::Plane},
                                         Screen{"BochsAt3840x2160",
                                                "bochs",
                                                "VGA,edid=on,xres=3840,yres=2160,vgamem_mb=128",
                                                {3840, 2160},
                                                {1920, 1080},
                                                Screen::Cursor::None}),
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
        const std::string said = run("cat /run/painter.log");
        return said.find("painted") != std::string::npos;
    };
    ASSERT_TRUE(comes_true(painted, std::chrono::seconds(60))) << run("cat /run/painter.log");
    expect_equal(size);
    EXPECT_GT(watcher_->frames(), 10U);
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
    // Hundredths of a second, of the guest's clock.
    const auto used = [&] {
        return std::stoul(run("awk '{print $14 + $15}' /proc/$(cat /run/agent.pid)/stat"));
    };
    const auto uptime = [&] {
        return std::stod(run("cut -d' ' -f1 /proc/uptime"));
    };
    const double begin = uptime();
    const std::uint64_t before = used();
    const std::uint64_t frames = watcher_->frames();

    std::this_thread::sleep_for(std::chrono::seconds(8));

    const double share = static_cast<double>(used() - before) / (uptime() - begin);
    RecordProperty("percent_of_a_cpu", fmt::format("{:.2f}", share));
    std::cout << fmt::format("{}: {:.2f} % of the guest's CPU\n", screen_.name, share);
    EXPECT_EQ(watcher_->frames(), frames);
    EXPECT_LE(share, 3.0);
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
        const std::string said = run("cat /run/painter.log");
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
