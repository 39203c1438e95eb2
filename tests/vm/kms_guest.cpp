// SPDX-License-Identifier: MIT
#include "vm/kms_guest.h"

#include <array>
#include <iostream>
#include <string_view>

#include <fmt/format.h>

#include "vm/count_pixels.h"
#include "vm/guest_programs.h"

namespace oriel::testing_support {
namespace {

/// Two slots of 4K and more of less.
constexpr unsigned kRegionMib = 128;

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

void KmsGuest::start(const Screen& screen, const GuestAdditions& additions) {
    screen_ = screen;
    if (const std::string why = why_no_machine(); !why.empty()) {
        GTEST_SKIP() << why << ": nothing was tested";
    }
    const std::string folder = folder_.make("a");
    region_ = folder + "/region";
    MachineOptions options = machine_options(folder);
    options.memory_mib = additions.memory_mib;
    options.image = additions.image;
    options.kernel_arguments = {"vt.global_cursor_default=0"};
    options.devices = {
        "-object",
        fmt::format(
            "memory-backend-file,id=region,mem-path={},size={}M,share=on", region_, kRegionMib),
        "-device",
        "ivshmem-plain,memdev=region,addr=0x1d",
        "-device",
        screen.device};
    options.devices.insert(
        options.devices.end(), additions.devices.begin(), additions.devices.end());
    options.root.modules = {"virtio_pci", screen.module};
    options.root.modules.insert(
        options.root.modules.end(), additions.modules.begin(), additions.modules.end());
    options.root.files = guest_programs({"oriel-guest", "kms_painter"});
    options.root.files.insert(
        options.root.files.end(), additions.files.begin(), additions.files.end());
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

void KmsGuest::start_agent(const std::string& capture) {
    run(
        fmt::format("oriel-guest -v --region pci --capture {} >/run/agent.log 2>&1 </dev/null & "
                    "echo $! >/run/agent.pid",
                    capture));
    // The region is nothing before the agent has begun.
    const auto has_begun = [&] {
        return run("grep -c capturing /run/agent.log || true") != "0\n";
    };
    ASSERT_TRUE(comes_true(has_begun)) << run("cat /run/agent.log");
    watcher_.emplace(Target::parse("file:" + region_).value());
}

void KmsGuest::expect_same_agent() {
    EXPECT_EQ(run("kill -0 $(cat /run/agent.pid) && grep -c -E 'come back|again' /run/agent.log "
                  "|| true"),
              "0\n")
        << run("cat /run/agent.log");
}

std::string KmsGuest::run(const std::string& command) {
    const auto said = machine_->run(command);
    EXPECT_TRUE(said) << said.error().message;
    EXPECT_EQ(said ? said->exit_code : 0, 0) << command << "\n" << (said ? said->text : "");
    return said ? said->text : std::string();
}

void KmsGuest::expect_equal(Size size, const ScreenHead& head, Nanoseconds limit) {
    ScreenPicture shown;
    const auto is_equal = [&] {
        auto dumped = machine_->screendump(head);
        shown = watcher_->picture();
        return dumped && dumped->size == size && different_pixels(*dumped, shown) == 0;
    };
    const bool came_true = comes_true(is_equal, limit);
    const auto dumped = machine_->screendump(head);
    ASSERT_TRUE(dumped) << dumped.error().message;
    EXPECT_TRUE(came_true) << different_pixels(*dumped, shown) << " pixels differ; shown "
                           << shown.size.width << "x" << shown.size.height << ", dumped "
                           << dumped->size.width << "x" << dumped->size.height;
}

}  // namespace oriel::testing_support
