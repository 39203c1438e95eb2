// SPDX-License-Identifier: MIT
// A guest with an IOMMU whose kernel is locked down, as under Secure Boot.
#include <gtest/gtest.h>

#include "vm/pci_guest.h"

namespace oriel {
namespace {

using namespace testing_support;

constexpr Nanoseconds kPatience = std::chrono::seconds(20);

TEST(VfioLockedVm, TheAgentMapsTheMemoryThroughVfioAndIsWoken) {
    if (const std::string why = why_no_machine(); !why.empty()) {
        GTEST_SKIP() << why << ": nothing was tested";
    }
    PciGuest guest(PciGuest::Kind::IommuLocked);
    ASSERT_TRUE(guest.is_up());
    {
        RegionViewer viewer(guest.region());

        EXPECT_TRUE(guest.shows_frames(viewer, 30, kPatience));

        EXPECT_GE(viewer.rings(), 20U);
    }
    const std::string maps = guest.run(std::string("cat /proc/$(") + kFindAgent + ")/maps");
    EXPECT_EQ(maps.find("resource2"), std::string::npos) << maps;
    EXPECT_NE(maps.find("vfio"), std::string::npos) << maps;
    EXPECT_NE(guest.run("oriel-guest doctor || true").find("lets vfio-pci alone map"),
              std::string::npos);

    // One without an interrupt, too.
    const std::string agent = "oriel-guest --region pci:00:06.0 --capture pattern:320x240";
    const std::string driver = "/sys/bus/pci/devices/0000:00:06.0/driver";
    guest.run("timeout -s KILL 1 " + agent + "; readlink " + driver + " | grep vfio-pci");
    guest.run("timeout 1 " + agent + "; [ ! -e " + driver + " ]");

    const std::string said = guest.pause_agent();

    EXPECT_NE(said.find("uncached"), std::string::npos) << said;
    EXPECT_NE(said.find("wake this agent by the interrupt"), std::string::npos) << said;
    EXPECT_EQ(guest.run("ls /sys/bus/pci/drivers/vfio-pci | grep 0000 || true"), "");
}

}  // namespace
}  // namespace oriel
