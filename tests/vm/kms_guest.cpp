// SPDX-License-Identifier: MIT
#include "vm/kms_guest.h"

#include <algorithm>
#include <array>
#include <iostream>
#include <string_view>

#include <fmt/format.h>

#include "vm/guest_programs.h"

namespace oriel::testing_support {
namespace {

/// Two slots of 4K and more of less.
constexpr unsigned kRegionMib = 128;

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

}  // namespace

std::ostream& operator<<(std::ostream& out, const Screen& screen) {
    return out << screen.name;
}

std::vector<Screen> every_screen() {
    struct Card {
        const char* name;
        const char* module;
        const char* device;
        Screen::Cursor cursor;
    };

    constexpr std::array kCards{
        Card{"Bochs", "bochs", "VGA,edid=on,vgamem_mb=128", Screen::Cursor::None},
        Card{"Virtio", "virtio_gpu", "virtio-vga", Screen::Cursor::Plane},
        Card{"Qxl", "qxl", "qxl-vga,vgamem_mb=128", Screen::Cursor::Plane}};
    constexpr std::array kSizes{
        Size{1280, 800}, Size{1366, 768}, Size{1920, 1080}, Size{2560, 1080}, Size{3840, 2160}};
    std::vector<Screen> screens;
    for (const Card& card : kCards) {
        for (const Size& size : kSizes) {
            if (std::string_view(card.module) != "bochs" || size.width % 8 == 0) {
                screens.push_back(
                    {fmt::format("{}{}x{}", card.name, size.width, size.height),
                     card.module,
                     fmt::format("{},xres={},yres={}", card.device, size.width, size.height),
                     size,
                     {1024, 768},
                     card.cursor});
            }
        }
    }
    return screens;
}

void KmsGuest::start(const Screen& screen, const std::vector<GuestFile>& files) {
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
    options.root.files.insert(options.root.files.end(), files.begin(), files.end());
    machine_ = boot(options);
    ASSERT_TRUE(machine_);
    start_agent();
}

void KmsGuest::TearDown() {
    if (HasFailure() && machine_) {
        const auto log = machine_->run(
            "cat /run/agent.log /run/painter.log; dmesg | tail -n 5; "
            "mount -t debugfs none /sys/kernel/debug; cat /sys/kernel/debug/dri/0/state");
        std::cerr << (log ? log->text : log.error().message) << '\n';
    }
}

void KmsGuest::start_agent() {
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

std::string KmsGuest::run(const std::string& command) {
    const auto said = machine_->run(command);
    EXPECT_TRUE(said) << said.error().message;
    EXPECT_EQ(said ? said->exit_code : 0, 0) << command << "\n" << (said ? said->text : "");
    return said ? said->text : std::string();
}

void KmsGuest::expect_equal(Size size) {
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

}  // namespace oriel::testing_support
