// SPDX-License-Identifier: MIT
// A guest with an IOMMU: viewers wake its agent by a real interrupt, through the kernel's vfio-pci.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "vm/pci_guest.h"

namespace oriel {
namespace {

using namespace testing_support;

constexpr Nanoseconds kPatience = std::chrono::seconds(20);
constexpr Nanoseconds kRecovery = std::chrono::seconds(3);
constexpr const char* kByInterrupt = "wake this agent by the interrupt";

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

/// One machine for all: each test leaves it with its agent at work.
class VfioRegionVm : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        if (why_no_machine().empty()) {
            guest_ = std::make_unique<PciGuest>(PciGuest::Kind::Iommu);
        }
    }

    static void TearDownTestSuite() { guest_.reset(); }

    void SetUp() override {
        if (const std::string why = why_no_machine(); !why.empty()) {
            GTEST_SKIP() << why << ": nothing was tested";
        }
        ASSERT_TRUE(guest_->is_up());
    }

    static std::string driver() {
        return guest_->run("readlink /sys/bus/pci/devices/0000:00:05.0/driver | sed 's,.*/,,'");
    }

    /// Until so many agents have taken the device.
    static void wait_for_takers(std::size_t count) {
        guest_->run(fmt::format("until [ $(grep -c '{}' /agent.log) -ge {} ]; do sleep 0.05; done",
                                kByInterrupt,
                                count));
    }

    static std::unique_ptr<PciGuest> guest_;
};

std::unique_ptr<PciGuest> VfioRegionVm::guest_;

TEST_F(VfioRegionVm, ViewersWakeTheAgentThatMapsTheMemoryWriteCombined) {
    for (int i = 0; i < 10; ++i) {
        RegionViewer viewer(guest_->region());
        ASSERT_TRUE(guest_->shows_frames(viewer, 3, kPatience));
        EXPECT_EQ(viewer.subscriber().fault_count(), 0U);
    }
    EXPECT_EQ(driver(), "vfio-pci\n");
    EXPECT_NE(guest_->run(fmt::format("cat /proc/$({})/maps", kFindAgent)).find("resource2_wc"),
              std::string::npos);
    EXPECT_NE(guest_->run("oriel-guest doctor || true").find("vfio-pci"), std::string::npos);

    const std::string said = guest_->pause_agent();

    EXPECT_NE(said.find(kByInterrupt), std::string::npos) << said;
    // Each came, and left: two rings at least. A look may be in time for one of them.
    EXPECT_GE(counted(said, "rings"), 20) << said;
    EXPECT_LE(counted(said, "finds"), 2) << said;
    EXPECT_EQ(driver(), "");
    EXPECT_EQ(guest_->run("cat /sys/bus/pci/devices/0000:00:05.0/driver_override"), "(null)\n");
    guest_->go_on();
}

TEST_F(VfioRegionVm, TheAgentIsKilledAndTheNextOneTakesTheDeviceOver) {
    RegionViewer viewer(guest_->region());
    ASSERT_TRUE(guest_->shows_frames(viewer, 3, kPatience));
    std::size_t takers = count_of(guest_->run("cat /agent.log"), kByInterrupt);
    for (int round = 0; round < 3 * rounds(); ++round) {
        guest_->run(fmt::format("kill -9 $({})", kFindAgent));
        EXPECT_EQ(driver(), "vfio-pci\n");
        wait_for_takers(++takers);
        EXPECT_TRUE(guest_->shows_frames(viewer, 3, kRecovery));
    }

    guest_->pause_agent();

    EXPECT_EQ(driver(), "");
    guest_->go_on();
}

TEST_F(VfioRegionVm, ASnapshotIsLoadedThatKnowsOfNoViewer) {
    {
        RegionViewer viewer(guest_->region());
        ASSERT_TRUE(guest_->shows_frames(viewer, 1, kPatience));
    }
    const auto saved = guest_->machine().qmp().human("savevm empty");
    ASSERT_TRUE(saved && saved->empty());
    RegionViewer viewer(guest_->region());
    for (int round = 0; round < rounds(); ++round) {
        ASSERT_TRUE(guest_->shows_frames(viewer, 3, kPatience));

        const auto loaded = guest_->machine().qmp().human("loadvm empty");

        ASSERT_TRUE(loaded && loaded->empty());
        EXPECT_TRUE(guest_->shows_frames(viewer, 10, kRecovery));
    }
}

TEST_F(VfioRegionVm, ADeviceThatAnAdministratorBoundStaysBound) {
    guest_->pause_agent();
    guest_->run("echo 1af4 1110 >/sys/bus/pci/drivers/vfio-pci/new_id");
    ASSERT_EQ(driver(), "vfio-pci\n");
    guest_->go_on();
    RegionViewer viewer(guest_->region());
    EXPECT_TRUE(guest_->shows_frames(viewer, 3, kPatience));

    const std::string said = guest_->pause_agent();

    EXPECT_GE(counted(said, "rings"), 1);
    EXPECT_EQ(driver(), "vfio-pci\n");
    guest_->run(
        "cd /sys/bus/pci/drivers/vfio-pci; echo 1af4 1110 >remove_id; "
        "for device in 0000:*; do echo $device >unbind; done");
    guest_->go_on();
}

/// Last: from then on the rings of all viewers reach nobody.
TEST_F(VfioRegionVm, AViewerWhoseRingsReachNobodyIsFoundByALook) {
    guest_->replace_broker();
    {
        RegionViewer viewer(guest_->region());
        EXPECT_TRUE(guest_->shows_frames(viewer, 10, kRecovery));
    }

    EXPECT_GE(counted(guest_->pause_agent(), "finds"), 1);
    guest_->go_on();
}

}  // namespace
}  // namespace oriel
