// SPDX-License-Identifier: MIT
// A guest's agent publishes through a real ivshmem device; the host checks every pixel.
#include <algorithm>
#include <thread>

#include <gtest/gtest.h>

#include "vm/pci_guest.h"

namespace oriel {
namespace {

using namespace testing_support;

constexpr Nanoseconds kPatience = std::chrono::seconds(20);

/// After whatever happens to the machine or the agent.
constexpr Nanoseconds kRecovery = std::chrono::seconds(3);

/// One machine for all: each test leaves it with its agent at work.
class PciRegionVm : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        if (why_no_machine().empty()) {
            guest_ = std::make_unique<PciGuest>();
        }
    }

    static void TearDownTestSuite() { guest_.reset(); }

    void SetUp() override {
        if (const std::string why = why_no_machine(); !why.empty()) {
            GTEST_SKIP() << why << ": nothing was tested";
        }
        ASSERT_TRUE(guest_->is_up());
    }

    static VirtualMachine& machine() { return guest_->machine(); }

    static void expect_refused(const std::string& arguments, const std::string& part) {
        const GuestSaid said = guest_->run_agent(arguments);
        EXPECT_EQ(said.exit_code, 1) << said.text;
        EXPECT_EQ(std::ranges::count(said.text, '\n'), 1) << said.text;
        EXPECT_NE(said.text.find(part), std::string::npos) << said.text;
    }

    static std::unique_ptr<PciGuest> guest_;
};

std::unique_ptr<PciGuest> PciRegionVm::guest_;

TEST_F(PciRegionVm, ShowsEveryFrameToTheLastPixel) {
    RegionViewer viewer(guest_->region());

    EXPECT_TRUE(guest_->shows_frames(viewer, 30, kPatience));

    EXPECT_EQ(viewer.subscriber().fault_count(), 0U);
}

TEST_F(PciRegionVm, RingsEachViewerForItsFrames) {
    RegionViewer first(guest_->region());
    RegionViewer second(guest_->region());
    ASSERT_TRUE(guest_->shows_frames(first, 3, kPatience));
    const std::uint64_t rings = first.rings();

    // Without the doorbell they would see two frames a second, at their ticks.
    EXPECT_TRUE(guest_->shows_frames(first, 40, std::chrono::seconds(5)));
    EXPECT_TRUE(guest_->shows_frames(second, 40, std::chrono::seconds(5)));

    EXPECT_GE(first.rings() - rings, 30U);
    EXPECT_GE(second.rings(), 30U);
}

TEST_F(PciRegionVm, FindsAViewerThatComesLaterWithoutBeingRung) {
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    RegionViewer viewer(guest_->region());

    EXPECT_TRUE(guest_->shows_frames(viewer, 1, std::chrono::seconds(1)));
}

TEST_F(PciRegionVm, SaysWhyItLooksForViewers) {
    EXPECT_NE(
        guest_->run("cat /agent.log").find("looks for them: this virtual machine has no IOMMU"),
        std::string::npos);
    EXPECT_NE(guest_->run("oriel-guest doctor || true").find("ten times a second: this virtual"),
              std::string::npos);
}

TEST_F(PciRegionVm, TheAgentIsKilledAndStartedAgain) {
    RegionViewer viewer(guest_->region());
    for (int round = 0; round < 3 * rounds(); ++round) {
        ASSERT_TRUE(guest_->shows_frames(viewer, 3, kPatience));
        const auto killed = machine().run(std::string("kill -9 $(") + kFindAgent + ")");
        ASSERT_TRUE(killed && killed->exit_code == 0);
        // The frame numbers of the next one start at the beginning.
        EXPECT_TRUE(viewer.run_until(kRecovery, [](const RegionViewer::Picture& picture) {
            return guest_->frame_of(picture).value_or(~0ULL) < 30;
        }));
    }
}

TEST_F(PciRegionVm, TheMachineIsStoppedAndGoesOn) {
    RegionViewer viewer(guest_->region());
    ASSERT_TRUE(guest_->shows_frames(viewer, 3, kPatience));
    ASSERT_TRUE(machine().qmp().execute("stop"));
    // Long enough for the viewer to notice.
    const auto pause = rounds() > 1 ? std::chrono::seconds(20) : std::chrono::seconds(3);
    static_cast<void>(viewer.run_until(pause, [](const auto&) { return false; }));
    EXPECT_NE(viewer.status().state, SessionStatus::State::Live);

    ASSERT_TRUE(machine().qmp().execute("cont"));

    EXPECT_TRUE(guest_->shows_frames(viewer, 10, kRecovery));
}

TEST_F(PciRegionVm, ASnapshotIsLoadedUnderTheViewer) {
    RegionViewer viewer(guest_->region());
    ASSERT_TRUE(guest_->shows_frames(viewer, 3, kPatience));
    const auto saved = machine().qmp().human("savevm here");
    ASSERT_TRUE(saved) << saved.error().message;
    ASSERT_EQ(*saved, "");
    for (int round = 0; round < rounds(); ++round) {
        ASSERT_TRUE(guest_->shows_frames(viewer, 20, kPatience));

        const auto loaded = machine().qmp().human("loadvm here");

        ASSERT_TRUE(loaded) << loaded.error().message;
        ASSERT_EQ(*loaded, "");
        EXPECT_TRUE(guest_->shows_frames(viewer, 10, kRecovery));
    }
}

TEST_F(PciRegionVm, ASnapshotIsLoadedThatKnowsOfNoViewer) {
    const auto saved = machine().qmp().human("savevm empty");
    ASSERT_TRUE(saved && saved->empty());
    RegionViewer viewer(guest_->region());
    ASSERT_TRUE(guest_->shows_frames(viewer, 3, kPatience));

    const auto loaded = machine().qmp().human("loadvm empty");

    ASSERT_TRUE(loaded && loaded->empty());
    EXPECT_TRUE(guest_->shows_frames(viewer, 10, kRecovery));
}

TEST_F(PciRegionVm, TheMachineIsReset) {
    RegionViewer viewer(guest_->region());
    for (int round = 0; round < rounds(); ++round) {
        ASSERT_TRUE(guest_->shows_frames(viewer, 3, kPatience));

        ASSERT_TRUE(machine().qmp().execute("system_reset"));
        const auto up = machine().wait_until_up();

        ASSERT_TRUE(up) << up.error().message;
        EXPECT_TRUE(guest_->shows_frames(viewer, 10, kRecovery));
    }
}

TEST_F(PciRegionVm, ADeviceWithoutADoorbellWorks) {
    const auto started = machine().run(
        "oriel-guest --region pci:00:06.0 --capture pattern:640x480@30,rect >/plain.log 2>&1 & "
        "echo $! >/plain.pid; sleep 0.5; cat /plain.log");
    ASSERT_TRUE(started) << started.error().message;
    {
        RegionViewer viewer(guest_->plain());
        EXPECT_TRUE(guest_->shows_frames(viewer, 20, kPatience)) << started->text;
        EXPECT_EQ(viewer.rings(), 0U);
    }
    const auto ended = machine().run(
        "pid=$(cat /plain.pid); kill $pid; while [ -d /proc/$pid ]; do sleep 0.05; done",
        std::chrono::seconds(5));
    EXPECT_TRUE(ended) << ended.error().message;
}

TEST_F(PciRegionVm, ADriverThatHasTheDeviceIsNamed) {
    const auto bound = machine().run(
        "echo uio_pci_generic >/sys/bus/pci/devices/0000:00:06.0/driver_override && "
        "echo 0000:00:06.0 >/sys/bus/pci/drivers/uio_pci_generic/bind");
    ASSERT_TRUE(bound && bound->exit_code == 0);

    expect_refused("--region pci:00:06.0 --capture pattern", "driver uio_pci_generic has");

    // As the line says.
    const auto unbound =
        machine().run("echo 0000:00:06.0 >/sys/bus/pci/drivers/uio_pci_generic/unbind");
    ASSERT_TRUE(unbound && unbound->exit_code == 0);
    expect_refused("--region pci:00:06.0 --capture pattern:4096x2160", "too small");
}

TEST_F(PciRegionVm, WhatGoesWrongIsOneClearLine) {
    expect_refused("--region pci --capture pattern", "by oriel-guest (process ");
    expect_refused("--region pci:00:07.0 --capture pattern", "no ivshmem device at PCI address");
    expect_refused("--region pci:00:06.0 --capture pattern:4096x2160", "<size unit='M'>128</size>");
    const auto as_nobody =
        machine().run("su nobody -s /bin/sh -c 'oriel-guest --region pci --capture pattern'");
    ASSERT_TRUE(as_nobody);
    EXPECT_EQ(as_nobody->exit_code, 1);
    EXPECT_NE(as_nobody->text.find("only root may"), std::string::npos) << as_nobody->text;
}

}  // namespace
}  // namespace oriel
