// SPDX-License-Identifier: MIT
// A guest's kernel is given an EDID of ours for a connector and shows the mode it prefers; the
// relay carries it. And what `oriel-guest doctor` says of such a guest.
#include <algorithm>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "edid/make_edid.h"
#include "vm/guest_programs.h"
#include "vm/machine_rig.h"
#include "vm/screen_watcher.h"

namespace oriel {
namespace {

using namespace testing_support;

constexpr unsigned kRegionMib = 64;
constexpr const char* kModes = "cat /sys/class/drm/card0-Virtual-1/modes";
constexpr const char* kIsOurs =
    "cmp /sys/class/drm/card0-Virtual-1/edid /lib/firmware/edid/oriel.bin && echo ours";

class GuestEdid : public testing::Test {
  protected:
    void SetUp() override {
        if (const std::string why = why_no_machine(); !why.empty()) {
            GTEST_SKIP() << why << ": nothing was tested";
        }
    }

    /// QEMU's standard display and a region, whose kernel takes the EDID of these modes for every
    /// connector, as docs/edid.md says it.
    void boot_with(std::initializer_list<const char*> modes) {
        EdidOptions edid;
        for (const char* text : modes) {
            edid.modes.push_back(EdidMode::parse(text).value());
        }
        const auto bytes = make_edid(edid);
        ASSERT_TRUE(bytes) << bytes.error().message;
        const std::string file = folder_.path() + "/oriel.bin";
        std::ofstream(file, std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes->data()),
                   static_cast<std::streamsize>(bytes->size()));
        const std::string folder = folder_.make("a");
        region_ = folder + "/region";
        MachineOptions options = machine_options(folder);
        options.memory_mib = 384;
        options.devices = {
            "-object",
            fmt::format(
                "memory-backend-file,id=region,mem-path={},size={}M,share=on", region_, kRegionMib),
            "-device",
            "ivshmem-plain,memdev=region,addr=0x1d",
            "-device",
            "VGA,vgamem_mb=64"};
        options.root.modules = {"bochs"};
        options.root.files = guest_programs({"oriel-guest"});
        options.root.files.push_back({file, "lib/firmware/edid/oriel.bin", 0644});
        options.kernel_arguments = {"drm.edid_firmware=edid/oriel.bin",
                                    "vt.global_cursor_default=0"};
        machine_ = boot(options);
        ASSERT_TRUE(machine_);
    }

    std::string said(const std::string& command) {
        const auto answer = machine_->run(command);
        EXPECT_TRUE(answer) << answer.error().message;
        return answer ? answer->text : "";
    }

    /// The picture that a viewer gets, once it is what QEMU says the screen shows.
    Size relayed_size() {
        said("echo 1 >/sys/bus/pci/devices/0000:00:1d.0/enable");
        said(
            "oriel-guest --region file:/sys/bus/pci/devices/0000:00:1d.0/resource2_wc "
            "--capture kms >/run/agent.log 2>&1 </dev/null &");
        const ScreenWatcher watcher(Target::parse("file:" + region_).value());
        const Nanoseconds give_up = monotonic_now() + std::chrono::seconds(30);
        while (monotonic_now() < give_up) {
            const auto dumped = machine_->screendump();
            const ScreenPicture shown = watcher.picture();
            if (dumped && dumped->size == shown.size && dumped->pixels == shown.pixels) {
                return shown.size;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        ADD_FAILURE() << "no picture like QEMU's:\n" << said("cat /run/agent.log");
        return {};
    }

    MachineFolder folder_;
    std::string region_;
    std::unique_ptr<VirtualMachine> machine_;
};

TEST_F(GuestEdid, IsTakenAndItsPreferredModeRelayed) {
    boot_with({"1720x960@75", "1366x768"});
    ASSERT_TRUE(machine_);

    EXPECT_EQ(said(kIsOurs), "ours\n");
    const std::string modes = said(kModes);
    EXPECT_TRUE(modes.starts_with("1720x960\n")) << modes;
    EXPECT_NE(modes.find("\n1366x768\n"), std::string::npos) << modes;
    EXPECT_EQ(relayed_size(), (Size{1720, 960}));
}

// 2560x1440 at 240 Hz is in the DisplayID extension alone: no other place can say its clock.
TEST_F(GuestEdid, IsTakenWithAModeThatOnlyDisplayIdSays) {
    boot_with({"2560x1440@240"});
    ASSERT_TRUE(machine_);

    EXPECT_EQ(said(kIsOurs), "ours\n");
    const std::string modes = said(kModes);
    EXPECT_TRUE(modes.starts_with("2560x1440\n")) << modes;
    EXPECT_EQ(relayed_size(), (Size{2560, 1440}));
}

TEST_F(GuestEdid, IsSeenByTheDoctor) {
    boot_with({"2560x1440"});
    ASSERT_TRUE(machine_);

    const std::string sound = said("oriel-guest doctor; echo exit $?");
    for (const char* line : {"ok    device      ivshmem at 0000:00:1d.0\n",
                             "ok    memory      64 MiB in 0000:00:1d.0\n",
                             "ok    rights      ",
                             "ok    lockdown    none\n",
                             "ok    screen      card0-Virtual-1 shows a picture\n",
                             "exit 0\n"}) {
        EXPECT_NE(sound.find(line), std::string::npos) << line << "in:\n" << sound;
    }

    said("echo 1 >/sys/bus/pci/devices/0000:00:1d.0/remove");
    const std::string unsound = said("oriel-guest doctor --json; echo exit $?");
    EXPECT_NE(unsound.find("oriel vm setup"), std::string::npos) << unsound;
    EXPECT_NE(unsound.find("exit 1\n"), std::string::npos) << unsound;
}

}  // namespace
}  // namespace oriel
