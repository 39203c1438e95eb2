// SPDX-License-Identifier: MIT
// A guest's kernel is given an EDID of ours for a connector, and shows the mode it prefers.
#include <fstream>
#include <span>

#include <gtest/gtest.h>

#include "edid/make_edid.h"
#include "vm/machine_rig.h"

namespace oriel {
namespace {

using namespace testing_support;

class GuestEdid : public testing::Test {
  protected:
    void SetUp() override {
        if (const std::string why = why_no_machine(); !why.empty()) {
            GTEST_SKIP() << why << ": nothing was tested";
        }
    }

    /// A guest with QEMU's standard display, whose kernel takes the EDID of these modes for every
    /// connector, as docs/edid.md says it.
    std::unique_ptr<VirtualMachine> boot_with(std::initializer_list<const char*> modes) {
        EdidOptions edid;
        for (const char* text : modes) {
            edid.modes.push_back(EdidMode::parse(text).value());
        }
        const auto bytes = make_edid(edid);
        if (!bytes) {
            ADD_FAILURE() << bytes.error().message;
            return nullptr;
        }
        const std::string file = folder_.path() + "/oriel.bin";
        std::ofstream(file, std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes->data()),
                   static_cast<std::streamsize>(bytes->size()));
        MachineOptions options = machine_options(folder_.make("a"));
        options.devices = {"-device", "VGA,vgamem_mb=64"};
        options.root.modules = {"bochs"};
        options.root.files = {{file, "lib/firmware/edid/oriel.bin", 0644}};
        options.kernel_arguments = {"drm.edid_firmware=edid/oriel.bin"};
        return boot(options);
    }

    static std::string said(VirtualMachine& machine, const std::string& command) {
        const auto answer = machine.run(command);
        EXPECT_TRUE(answer) << answer.error().message;
        return answer ? answer->text : "";
    }

    MachineFolder folder_;
};

constexpr const char* kModes = "cat /sys/class/drm/card0-Virtual-1/modes";
constexpr const char* kIsOurs =
    "cmp /sys/class/drm/card0-Virtual-1/edid /lib/firmware/edid/oriel.bin && echo ours";

TEST_F(GuestEdid, IsTakenAndItsPreferredModeShown) {
    const auto machine = boot_with({"1720x960@75", "1366x768"});
    ASSERT_TRUE(machine);

    EXPECT_EQ(said(*machine, kIsOurs), "ours\n");
    const std::string modes = said(*machine, kModes);
    EXPECT_TRUE(modes.starts_with("1720x960\n")) << modes;
    EXPECT_NE(modes.find("\n1366x768\n"), std::string::npos) << modes;
    const auto picture = machine->screendump();
    ASSERT_TRUE(picture) << picture.error().message;
    EXPECT_EQ(picture->size, (Size{1720, 960}));
}

// 2560x1440 at 240 Hz is in the DisplayID extension alone: no other place can say its clock.
TEST_F(GuestEdid, IsTakenWithAModeThatOnlyDisplayIdSays) {
    const auto machine = boot_with({"2560x1440@240"});
    ASSERT_TRUE(machine);

    EXPECT_EQ(said(*machine, kIsOurs), "ours\n");
    const std::string modes = said(*machine, kModes);
    EXPECT_TRUE(modes.starts_with("2560x1440\n")) << modes;
    const auto picture = machine->screendump();
    ASSERT_TRUE(picture) << picture.error().message;
    EXPECT_EQ(picture->size, (Size{2560, 1440}));
}

}  // namespace
}  // namespace oriel
