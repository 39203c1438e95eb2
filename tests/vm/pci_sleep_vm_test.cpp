// SPDX-License-Identifier: MIT
// A guest that publishes through a real ivshmem device is suspended: QEMU resets the device, its
// memory answers no more. The agent goes on once the guest is awake.
#include <climits>

#include <gtest/gtest.h>

#include "vm/machine_sleep.h"
#include "vm/pci_guest.h"

namespace oriel {
namespace {

using namespace testing_support;

constexpr Nanoseconds kPatience = std::chrono::seconds(20);
constexpr Nanoseconds kRecovery = std::chrono::seconds(3);

/// Viewers that come after each sleep, and leave: each rings twice, where it can.
constexpr int kVisitors = 5;

class PciSleep : public testing::TestWithParam<PciGuest::Kind> {};

TEST_P(PciSleep, FramesAndTheDoorbellsAreThereWhenTheGuestIsAwakeAgain) {
    for (const std::string& why : {why_no_machine(), why_no_sleep_to_ram()}) {
        if (!why.empty()) {
            GTEST_SKIP() << why << ": nothing was tested";
        }
    }
    PciGuest guest(GetParam(), MachineOptions::Image::Packed);
    ASSERT_TRUE(guest.is_up());
    RegionViewer viewer(guest.region());
    ASSERT_TRUE(guest.shows_frames(viewer, 10, kPatience));
    const auto agent = guest.machine().run(kFindAgent);
    ASSERT_TRUE(agent) << agent.error().message;
    for (const Sleep how : {Sleep::ToIdle, Sleep::ToRam}) {
        const auto woken = sleep_and_wake(guest.machine(), how);
        ASSERT_TRUE(woken) << woken.error().message;
        const std::uint64_t rings = viewer.rings();

        EXPECT_TRUE(guest.shows_frames(viewer, 10, kRecovery));

        // Without the doorbell there would be two of them, at the viewer's ticks.
        EXPECT_TRUE(guest.shows_frames(viewer, 20, kRecovery));
        EXPECT_GE(viewer.rings() - rings, 15U);
        for (int i = 0; i < kVisitors; ++i) {
            RegionViewer visitor(guest.region());
            EXPECT_TRUE(guest.shows_frames(visitor, 1, kRecovery));
        }
    }
    const auto agent_now = guest.machine().run(kFindAgent);
    ASSERT_TRUE(agent_now) << agent_now.error().message;
    EXPECT_EQ(agent_now->text, agent->text);
    const std::string said = guest.pause_agent();
    const bool is_woken = GetParam() == PciGuest::Kind::Iommu;
    EXPECT_GE(counted(said, "rings"), is_woken ? 2 * 2 * kVisitors : 0) << said;
    // What was rung while the guest slept is lost to it.
    EXPECT_LE(counted(said, "finds"), is_woken ? 4 : INT_MAX) << said;
}

INSTANTIATE_TEST_SUITE_P(Long,
                         PciSleep,
                         testing::Values(PciGuest::Kind::NoIommu, PciGuest::Kind::Iommu));

}  // namespace
}  // namespace oriel
