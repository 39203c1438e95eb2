// SPDX-License-Identifier: MIT
#include "region/region_size.h"

#include <array>

#include <gtest/gtest.h>

namespace oriel {
namespace {

constexpr std::uint64_t kMiB = 1ULL << 20U;

TEST(RegionSizeFor, LetsFour4KSlotsFit128MiB) {
    const std::array modes{kDefaultMode};

    EXPECT_EQ(region_size_for(modes, kDefaultSlots), 128 * kMiB);
}

TEST(RegionSizeFor, GrowsWithSlotsAndOutputs) {
    const std::array one{Mode{1920, 1080}};
    const std::array two{Mode{1920, 1080}, Mode{1920, 1080}};

    EXPECT_EQ(region_size_for(one, 3), 32 * kMiB);
    EXPECT_EQ(region_size_for(one, 4), 64 * kMiB);
    EXPECT_EQ(region_size_for(two, 4), 128 * kMiB);
}

TEST(RegionSizeFor, StaysWithinTheLimitsForTheLargestModes) {
    const std::array modes{
        Mode{16384, 16384}, Mode{16384, 16384}, Mode{16384, 16384}, Mode{16384, 16384}};

    EXPECT_EQ(region_size_for(modes, 15), 1ULL << 36U);
}

TEST(CheckRegionSize, NamesTheNextPowerOfTwo) {
    const auto odd = check_region_size(100 * kMiB);

    ASSERT_FALSE(odd);
    EXPECT_EQ(odd.error().message,
              "a region's size must be a power of two: 100 MiB is not, 128 MiB is the next");
}

TEST(CheckRegionSize, KnowsItsLimits) {
    EXPECT_TRUE(check_region_size(kMiB));
    EXPECT_TRUE(check_region_size(1ULL << 36U));
    EXPECT_FALSE(check_region_size(0));
    EXPECT_FALSE(check_region_size(kMiB / 2));
    EXPECT_FALSE(check_region_size(1ULL << 37U));
}

TEST(ParseModes, ReadsAList) {
    const auto modes = parse_modes("1920x1080,16384x1");

    ASSERT_TRUE(modes);
    EXPECT_EQ(*modes, (std::vector<Mode>{{1920, 1080}, {16384, 1}}));
}

TEST(ParseModes, RefusesWhatIsNone) {
    for (const char* text : {"",
                             "1920",
                             "1920x",
                             "x1080",
                             "1920x1080,",
                             "0x1",
                             "16385x1",
                             "-1x1",
                             "1920X1080",
                             "1x1x1",
                             " 1x1",
                             "4294967297x1",
                             "1x1,1x1,1x1,1x1,1x1"}) {
        EXPECT_FALSE(parse_modes(text)) << text;
    }
}

}  // namespace
}  // namespace oriel
