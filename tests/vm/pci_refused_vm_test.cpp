// SPDX-License-Identifier: MIT
// A guest whose kernel is locked down, as under Secure Boot; and one without a device.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "vm/pci_guest.h"

namespace oriel {
namespace {

using namespace testing_support;

TEST(PciRefusedVm, ALockedDownKernelAndAMissingDeviceAreSaidToBeThat) {
    if (const std::string why = why_no_machine(); !why.empty()) {
        GTEST_SKIP() << why << ": nothing was tested";
    }
    const MachineFolder folder;
    MachineOptions options = machine_options(folder.make("machine"));
    options.root.files = {agent_file()};
    options.kernel_arguments = {"lockdown=integrity"};
    options.devices = {
        "-object",
        fmt::format("memory-backend-file,id=plain,mem-path={}/plain,size=4M,share=on",
                    folder.path()),
        "-device",
        "ivshmem-plain,memdev=plain"};
    const auto machine = boot(options);
    ASSERT_TRUE(machine);
    const std::string agent = "oriel-guest --region pci --capture pattern:320x240";

    const auto locked = machine->run(agent);
    ASSERT_TRUE(locked);
    EXPECT_EQ(locked->exit_code, 1);
    EXPECT_NE(locked->text.find("locked down"), std::string::npos) << locked->text;

    ASSERT_TRUE(
        machine->run("for d in /sys/bus/pci/devices/*; do grep -q 0x1110 $d/device && "
                     "echo 1 >$d/remove; done"));
    const auto missing = machine->run(agent);
    ASSERT_TRUE(missing);
    EXPECT_EQ(missing->exit_code, 1);
    EXPECT_NE(missing->text.find("no ivshmem device"), std::string::npos) << missing->text;
}

}  // namespace
}  // namespace oriel
