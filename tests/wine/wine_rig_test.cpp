// SPDX-License-Identifier: MIT
#include "wine/wine_rig.h"

#include <filesystem>

#include <gtest/gtest.h>

namespace oriel::test {
namespace {

class WineRigTest : public testing::Test {
  protected:
    void SetUp() override {
        if (const std::string why = WineRig::why_not(); !why.empty()) {
            GTEST_SKIP() << why;
        }
    }
};

TEST_F(WineRigTest, StartsAMachineWithDevicesAndLeavesNothing) {
    std::string path;
    std::string drive;
    {
        auto rig = WineRig::boot({.name = "wine_rig_test", .devices = {{.bytes = 1 << 20}}});
        ASSERT_TRUE(rig) << rig.error().message;
        path = (*rig)->device().path();
        drive = (*rig)->drive_c();
        EXPECT_TRUE(std::filesystem::exists(path + ".bell"));
        EXPECT_FALSE((*rig)->device().is_mapped());

        const Said said = (*rig)->run("cmd", {"/c", "echo", "at", "home"});

        EXPECT_EQ(said.code, 0);
        EXPECT_NE(said.text.find("at home"), std::string::npos) << said.text;
    }
    EXPECT_FALSE(std::filesystem::exists(path));
    EXPECT_FALSE(std::filesystem::exists(path + ".bell"));
    EXPECT_FALSE(std::filesystem::exists(drive));
}

TEST_F(WineRigTest, TellsAProgramsExitCodeAndKillsWhatDoesNotEnd) {
    auto rig = WineRig::boot({.name = "wine_rig_test"});
    ASSERT_TRUE(rig) << rig.error().message;

    EXPECT_EQ((*rig)->run("cmd", {"/c", "exit", "7"}).code, 7);
    EXPECT_GE(
        (*rig)->run("cmd", {"/c", "for /l %i in () do @rem"}, std::chrono::milliseconds(1500)).code,
        128);
}

TEST_F(WineRigTest, GivesProgramsAScreen) {
    auto rig = WineRig::boot({.name = "wine_rig_test", .screen = Size{640, 480}});
    ASSERT_TRUE(rig) << rig.error().message;

    auto clock = (*rig)->start("winver");

    ASSERT_TRUE(clock) << clock.error().message;
    EXPECT_FALSE(clock->child().wait(std::chrono::seconds(2))) << clock->text();
}

}  // namespace
}  // namespace oriel::test
