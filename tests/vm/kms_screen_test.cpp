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

constexpr unsigned kRegionMib = 64;

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

class KmsScreen : public testing::TestWithParam<Screen> {
  protected:
    void SetUp() override {
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
            GetParam().device};
        options.root.modules = {"virtio_pci", GetParam().module};
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

    MachineFolder folder_;
    std::string region_;
    std::unique_ptr<VirtualMachine> machine_;
    std::optional<ScreenWatcher> watcher_;
};

INSTANTIATE_TEST_SUITE_P(,
                         KmsScreen,
                         testing::Values(Screen{"Bochs",
                                                "bochs",
                                                "VGA,edid=on,xres=1280,yres=800",
                                                {1280, 800},
                                                {1024, 768},
                                                Screen::Cursor::None},
                                         Screen{"Virtio",
                                                "virtio_gpu",
                                                "virtio-vga,xres=1280,yres=800",
                                                {1280, 800},
                                                {1920, 1080},
                                                Screen::Cursor::Plane},
                                         Screen{"Qxl",
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
                                                "rg16"}),
                         [](const auto& each) { return each.param.name; });

TEST_P(KmsScreen, ShowsTheConsoleToThePixel) {
    expect_equal(GetParam().console);
    for (int i = 0; i < 3; ++i) {
        run(fmt::format("ls -l /bin /dev >/dev/tty1; echo line {} >/dev/tty1", i));
        expect_equal(GetParam().console);
    }
    // One letter is a letter.
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    const std::uint64_t before = watcher_->damaged_pixels();
    const std::uint64_t frames = watcher_->frames();
    run("printf x >/dev/tty1");
    ASSERT_TRUE(comes_true([&] { return watcher_->frames() > frames; }));
    expect_equal(GetParam().console);
    EXPECT_LE(watcher_->damaged_pixels() - before, 16U * 16);
}

TEST_P(KmsScreen, FollowsAProgramThatFlipsAndWhatComesAfterIt) {
    const Size size = GetParam().painted;
    run(
        fmt::format("kms_painter {}x{} 120 {} >/run/painter.log 2>&1 </dev/null & "
                    "echo $! >/run/painter.pid",
                    size.width,
                    size.height,
                    GetParam().painter_options));
    const auto painted = [&] {
        const std::string said = run("cat /run/painter.log");
        return said.find("painted") != std::string::npos;
    };
    ASSERT_TRUE(comes_true(painted, std::chrono::seconds(60))) << run("cat /run/painter.log");
    expect_equal(size);
    EXPECT_GT(watcher_->frames(), 10U);
    if (GetParam().cursor == Screen::Cursor::Plane) {
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
    expect_equal(GetParam().console);
}

TEST_P(KmsScreen, FindsWhatIsDrawnWithoutTellingTheKernel) {
    if (std::string_view(GetParam().module) != "bochs") {
        GTEST_SKIP() << "this screen shows nothing that the kernel is not told";
    }
    const Size size = GetParam().painted;
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

TEST_P(KmsScreen, LeavesNothingInTheKernelAndTakesBackWhatAKilledOneLeft) {
    if (std::string_view(GetParam().module) != "bochs") {
        GTEST_SKIP() << "the kernel's traces are the same on every screen";
    }
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
    expect_equal(GetParam().console);
    run("kill $(cat /run/agent.pid)");
    EXPECT_TRUE(comes_true([&] { return run(traces) == "0\n0\n"; })) << run(traces);
}

}  // namespace
}  // namespace oriel
