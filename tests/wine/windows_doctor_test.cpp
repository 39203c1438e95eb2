// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "wine/wine_rig.h"

namespace oriel::test {
namespace {

class WindowsDoctor : public testing::Test {
  protected:
    void SetUp() override {
        if (const std::string why = WineRig::why_not(); !why.empty()) {
            GTEST_SKIP() << why;
        }
    }

    void boot(const std::vector<DeviceWish>& devices) {
        auto booted = WineRig::boot(
            {.name = "windows_doctor_test", .devices = devices, .screen = Size{1024, 768}});
        ASSERT_TRUE(booted) << booted.error().message;
        rig_ = std::move(*booted);
    }

    Said doctor() { return rig_->run("oriel-guest.exe", {"doctor"}); }

    std::unique_ptr<WineRig> rig_;
};

TEST_F(WindowsDoctor, SeesADeviceWithMemoryEnough) {
    boot({{.bytes = 64 << 20}});

    const Said said = doctor();

    EXPECT_EQ(said.code, 0) << said.text;
    EXPECT_TRUE(said.text.contains("ok    device      an ivshmem device, with its driver"))
        << said.text;
    EXPECT_TRUE(said.text.contains("ok    memory      64 MiB in ")) << said.text;
    EXPECT_TRUE(said.text.contains("ok    gdi ")) << said.text;
    EXPECT_FALSE(rig_->device().is_mapped());
}

TEST_F(WindowsDoctor, SaysHowLargeTheMemoryShouldBe) {
    boot({{.bytes = 1 << 20}});

    const Said said = doctor();

    EXPECT_EQ(said.code, 1) << said.text;
    EXPECT_TRUE(said.text.contains("fail  memory      1 MiB in ")) << said.text;
    EXPECT_TRUE(
        said.text.contains("1024x768 wants 8: start the region with `oriel broker NAME "
                           "--size 8`"))
        << said.text;
}

TEST_F(WindowsDoctor, SaysThatAnotherAgentHasTheMemory) {
    boot({{.bytes = 64 << 20}});
    auto agent = rig_->start("oriel-guest.exe", {"--capture", "pattern:128x128"});
    ASSERT_TRUE(agent) << agent.error().message;
    ASSERT_TRUE(agent->says("capturing pattern")) << agent->text();

    const Said said = doctor();

    EXPECT_EQ(said.code, 1) << said.text;
    EXPECT_TRUE(said.text.contains("another oriel-guest has pci:00:05.0 already")) << said.text;
}

TEST_F(WindowsDoctor, TellsAMissingDriverFromAMissingDevice) {
    boot({});
    EXPECT_TRUE(doctor().text.contains("fail  device      this machine has no ivshmem device"));

    ASSERT_EQ(rig_->show_device_without_driver().code, 0);

    const Said said = doctor();
    EXPECT_EQ(said.code, 1) << said.text;
    EXPECT_TRUE(said.text.contains("fail  device      the ivshmem device has no driver"))
        << said.text;
}

}  // namespace
}  // namespace oriel::test
