// SPDX-License-Identifier: MIT
// What windows/ivshmem_region_scenes.cpp sees of ivshmem devices, and what the host sees of it.
#include <cstring>
#include <string_view>

#include <gtest/gtest.h>

#include "wine/wine_rig.h"

namespace oriel::test {
namespace {

constexpr std::uint64_t kMiB = 1U << 20U;
constexpr std::size_t kPlace = 4096;
constexpr const char* kScenes = "ivshmem_region_scenes.exe";

class IvshmemRegionTest : public testing::Test {
  protected:
    void SetUp() override {
        if (const std::string why = WineRig::why_not(); !why.empty()) {
            GTEST_SKIP() << why;
        }
    }

    void boot(const std::vector<DeviceWish>& devices) {
        rig_.reset();
        auto rig = WineRig::boot({.name = "ivshmem_region_test", .devices = devices});
        ASSERT_TRUE(rig) << rig.error().message;
        rig_ = std::move(*rig);
    }

    static std::vector<std::string> only(const std::string& scenes) {
        return {"--gtest_filter=" + scenes};
    }

    /// A suite or a test of it.
    void expect_passed(const std::string& scenes) const {
        const Said said = rig_->run(kScenes, only(scenes));
        EXPECT_EQ(said.code, 0) << said.text;
        EXPECT_EQ(said.text.find("Running 0 tests"), std::string::npos) << said.text;
    }

    char* text() const {
        return reinterpret_cast<char*>(rig_->device().memory().bytes().data() + kPlace);
    }

    std::unique_ptr<WineRig> rig_;
};

/// Wine tells a driver of a program's end some moments after it.
template <class Condition>
bool comes_true(const Condition& condition) {
    const Nanoseconds end = monotonic_now() + std::chrono::seconds(20);
    while (!condition()) {
        if (monotonic_now() > end) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

TEST_F(IvshmemRegionTest, OneDeviceIsMappedByOneProgramAtATime) {
    boot({{.bytes = 2 * kMiB}});
    std::memcpy(text(), "from Linux", 10);

    expect_passed("OneDevice.*");

    EXPECT_EQ(std::string_view(text(), 12), "from Windows");
    EXPECT_TRUE(comes_true([this] { return !rig_->device().is_mapped(); }));
}

TEST_F(IvshmemRegionTest, DoorbellsRingBothWays) {
    boot({{.bytes = kMiB}});

    expect_passed("Doorbells.RingViewersByTheirPeerNumbers");

    EXPECT_EQ(rig_->device().rung(1), 1U);
    EXPECT_EQ(rig_->device().rung(6), 2U);
    EXPECT_EQ(rig_->device().rung(2) + rig_->device().rung_elsewhere(), 0U);

    auto agent = rig_->start(kScenes, only("Doorbells.ReachTheAgentUntilItDrainsThem"));
    ASSERT_TRUE(agent) << agent.error().message;
    ASSERT_TRUE(agent->says("ring me")) << agent->text();
    EXPECT_EQ(rig_->device().cache_mode(), 2U);
    EXPECT_EQ(rig_->device().registered_events(), 1U);
    rig_->device().interrupt();
    ASSERT_TRUE(agent->says("ring me again")) << agent->text();
    rig_->device().interrupt();
    EXPECT_TRUE(agent->child().wait(std::chrono::seconds(30)));
    EXPECT_EQ(agent->child().exit_code(), 0) << agent->text();
    EXPECT_TRUE(comes_true([this] { return rig_->device().registered_events() == 0; }));

    expect_passed("Doorbells.AreNotForOneWhoOnlyLooks");
}

TEST_F(IvshmemRegionTest, AKilledAgentsDeviceIsFreeAgain) {
    boot({{.bytes = 2 * kMiB}});
    auto agent = rig_->start(kScenes, only("Killed.*"));
    ASSERT_TRUE(agent) << agent.error().message;
    ASSERT_TRUE(agent->says("mapped")) << agent->text();
    ASSERT_TRUE(rig_->device().is_mapped());

    agent->child().send(SIGKILL);

    EXPECT_TRUE(comes_true([this] { return !rig_->device().is_mapped(); }));
    EXPECT_EQ(rig_->device().registered_events(), 0U);
    expect_passed("OneDevice.IsGivenBackAndTakenAgain");
}

TEST_F(IvshmemRegionTest, ADeviceWithoutInterruptsHasNoDoorbells) {
    boot({{.bytes = kMiB, .kind = DeviceWish::Kind::Plain}});

    expect_passed("PlainDevice.*");
}

TEST_F(IvshmemRegionTest, SeveralDevicesAreToldApart) {
    boot({{.bytes = kMiB, .place = "01:02.3"},
          {.bytes = 4 * kMiB, .place = "00:05.0"},
          {.bytes = 2 * kMiB, .place = "00:1f.7"}});

    expect_passed("SeveralDevices.*");
}

TEST_F(IvshmemRegionTest, WhatCannotBeUsedIsSaidInWordsThatHelp) {
    boot({{.bytes = kMiB}});
    rig_->device().set_position(-1);

    expect_passed("NotServed.*");

    ASSERT_EQ(rig_->remove_driver().code, 0);
    expect_passed("NoDevice.*");
    ASSERT_EQ(rig_->show_device_without_driver().code, 0);
    expect_passed("NoDriver.*");
}

TEST_F(IvshmemRegionTest, MemoryThatIsNoRegionsSizeIsSaidToBeNone) {
    boot({{.bytes = kMiB / 2}});
    expect_passed("TooSmall.*");

    boot({{.bytes = 3 * kMiB}});
    expect_passed("OddSize.*");
}

}  // namespace
}  // namespace oriel::test
