// SPDX-License-Identifier: MIT
// A guest that publishes through a real ivshmem device is suspended: QEMU resets the device, its
// memory answers no more. The agent goes on once the guest is awake.
#include <gtest/gtest.h>

#include "vm/machine_sleep.h"
#include "vm/pci_guest.h"

namespace oriel {
namespace {

using namespace testing_support;

constexpr Nanoseconds kPatience = std::chrono::seconds(20);
constexpr Nanoseconds kRecovery = std::chrono::seconds(3);

TEST(LongPciSleep, FramesAndTheDoorbellAreThereWhenTheGuestIsAwakeAgain) {
    for (const std::string& why : {why_no_machine(), why_no_sleep_to_ram()}) {
        if (!why.empty()) {
            GTEST_SKIP() << why << ": nothing was tested";
        }
    }
    PciGuest guest(MachineOptions::Image::Packed);
    ASSERT_TRUE(guest.is_up());
    RegionViewer viewer(guest.region());
    ASSERT_TRUE(guest.shows_frames(viewer, 10, kPatience));
    const auto agent = guest.machine().run("pidof oriel-guest");
    ASSERT_TRUE(agent) << agent.error().message;
    for (const Sleep how : {Sleep::ToIdle, Sleep::ToRam}) {
        const auto woken = sleep_and_wake(guest.machine(), how);
        ASSERT_TRUE(woken) << woken.error().message;
        const std::uint64_t rings = viewer.rings();

        EXPECT_TRUE(guest.shows_frames(viewer, 10, kRecovery));

        // Without the doorbell there would be two of them, at the viewer's ticks.
        EXPECT_TRUE(guest.shows_frames(viewer, 20, kRecovery));
        EXPECT_GE(viewer.rings() - rings, 15U);
    }
    const auto agent_now = guest.machine().run("pidof oriel-guest");
    ASSERT_TRUE(agent_now) << agent_now.error().message;
    EXPECT_EQ(agent_now->text, agent->text);
}

}  // namespace
}  // namespace oriel
