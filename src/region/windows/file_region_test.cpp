// SPDX-License-Identifier: MIT
#include "region/windows/file_region.h"

#include <cstdio>
#include <filesystem>

#include <gtest/gtest.h>
#include <windows.h>

namespace oriel {
namespace {

class WindowsFileRegionTest : public testing::Test {
  protected:
    void SetUp() override { std::filesystem::remove(path_); }

    void TearDown() override { std::filesystem::remove(path_); }

    Target target(std::uint64_t mib) const { return {Target::Kind::File, path_, mib << 20U}; }

    std::string path_ = (std::filesystem::temp_directory_path() /
                         ("oriel-region-" + std::to_string(::GetCurrentProcessId())))
                            .string();
};

TEST_F(WindowsFileRegionTest, APublisherMakesTheFileAndOthersSeeWhatItWrites) {
    const auto ours = Region::open(target(2), Role::Publish);
    ASSERT_TRUE(ours) << ours.error().message;
    ASSERT_EQ((*ours)->memory().bytes().size(), 2U << 20U);
    const auto theirs = Region::open(target(0), Role::Watch);
    ASSERT_TRUE(theirs) << theirs.error().message;

    (*ours)->memory().bytes()[4711] = std::byte{42};

    EXPECT_EQ((*theirs)->memory().bytes()[4711], std::byte{42});
    EXPECT_EQ((*theirs)->doorbell_handle(), kNoHandle);
}

TEST_F(WindowsFileRegionTest, TheSecondPublisherIsRefusedUntilTheFirstEnds) {
    auto first = Region::open(target(1), Role::Publish);
    ASSERT_TRUE(first) << first.error().message;

    const auto second = Region::open(target(1), Role::Publish);
    first->reset();

    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::Busy);
    EXPECT_TRUE(Region::open(target(1), Role::Publish));
}

TEST_F(WindowsFileRegionTest, WhatIsNotThereIsSaidToBeMadeHow) {
    const auto region = Region::open(target(0), Role::Publish);

    ASSERT_FALSE(region);
    EXPECT_EQ(region.error().kind, ErrorKind::NotFound);
    EXPECT_NE(region.error().message.find(",size=128"), std::string::npos);
}

TEST_F(WindowsFileRegionTest, AnotherSizeThanTheFilesIsRefused) {
    ASSERT_TRUE(Region::open(target(1), Role::Publish));

    const auto region = Region::open(target(2), Role::Publish);

    ASSERT_FALSE(region);
    EXPECT_EQ(region.error().kind, ErrorKind::Usage);
}

TEST_F(WindowsFileRegionTest, ViewersAreSentToTheHost) {
    EXPECT_EQ(Region::open(target(1), Role::Show).error().kind, ErrorKind::Unsupported);
}

TEST(OpenRegion, WhatNamesAHostsRegionIsRefused) {
    EXPECT_EQ(Region::open({Target::Kind::Name, "win", 0}, Role::Publish).error().kind,
              ErrorKind::Usage);
}

}  // namespace
}  // namespace oriel
