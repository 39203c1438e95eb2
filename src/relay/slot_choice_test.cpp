// SPDX-License-Identifier: MIT
#include "relay/slot_choice.h"

#include <vector>

#include <gtest/gtest.h>

namespace oriel {
namespace {

using Rank = SlotState::Rank;
using Standing = SlotHold::Standing;
using Claim = SlotChoice::Claim;

struct Case {
    const char* name;
    std::vector<SlotState> slots;
    std::vector<SlotHold> holds;
    std::uint32_t slot;
    Claim claim;
};

std::string name_of(const testing::TestParamInfo<Case>& test) {
    return test.param.name;
}

void PrintTo(const Case& value, std::ostream* out) {
    *out << value.name;
}

class ChooseSlot : public testing::TestWithParam<Case> {};

TEST_P(ChooseSlot, FollowsTheOrderOfLoss) {
    const auto choice = choose_slot(GetParam().slots, GetParam().holds);

    ASSERT_TRUE(choice);
    EXPECT_EQ(choice->slot, GetParam().slot);
    EXPECT_EQ(choice->claim, GetParam().claim);
}

// Slots: generation, sequence, rank. Holds: viewer, slot, generation, standing, newest seen.
INSTANTIATE_TEST_SUITE_P(
    Order,
    ChooseSlot,
    testing::Values(
        Case{"AFreeOneBeforeAnyHeld",
             {{2, 1}, {4, 2}, {2, 3, Rank::Newest}},
             {{0, 0, 2, Standing::Expired, 1}},
             1,
             Claim::IfStillFree},
        Case{"AmongFreeOnesTheLongestUnwritten",
             {{90, 7}, {2, 6}, {4, 8, Rank::Newest}, {80, 5}},
             {},
             3,
             Claim::IfStillFree},
        Case{"AmongFreeOnesTheLeastStale",
             {{90, 5, Rank::Usable, 900},
              {4, 6, Rank::Usable, 64},
              {80, 4, Rank::Usable, 64 * 2},
              {6, 7, Rank::Usable, 64 * 2},
              {2, 8, Rank::Newest}},
             {},
             1,
             Claim::IfStillFree},
        Case{"OneThatAViewerMayBeReachingForLast",
             {{90, 5, Rank::Usable, 900}, {4, 7, Rank::Usable, 64}, {2, 8, Rank::Newest}},
             {},
             0,
             Claim::IfStillFree},
        Case{"NeverUsedOnesFirst",
             {{2, 1}, {0, 0}, {2, 2, Rank::Newest}},
             {},
             1,
             Claim::IfStillFree},
        Case{"AHoldOfAnEarlierFrameIsVoid",
             {{4, 3}, {4, 4, Rank::Newest}},
             {{0, 0, 2, Standing::Live, 4}},
             0,
             Claim::IfStillFree},
        Case{"AnExpiredHoldBeforeAHiddenViewers",
             {{2, 1}, {2, 2}, {2, 3, Rank::Newest}},
             {{0, 0, 2, Standing::Hidden, 1}, {1, 1, 2, Standing::Expired, 2}},
             1,
             Claim::Taken},
        Case{"AHiddenViewersBeforeALiveOnes",
             {{2, 1}, {2, 2}, {2, 3, Rank::Newest}},
             {{0, 0, 2, Standing::Live, 1}, {1, 1, 2, Standing::Hidden, 2}},
             1,
             Claim::Taken},
        Case{"TheOlderOfTwoBeforeAnOnlyOne",
             {{2, 1}, {2, 2}, {2, 3}, {2, 4, Rank::Newest}},
             {{0, 0, 2, Standing::Live, 1},
              {1, 1, 2, Standing::Live, 9},
              {1, 2, 2, Standing::Live, 9}},
             1,
             Claim::Taken},
        Case{"TheOlderByFrameNotByGeneration",
             {{2, 5}, {90, 3}, {2, 4}, {4, 6, Rank::Newest}},
             {{0, 0, 2, Standing::Live, 5},
              {0, 1, 90, Standing::Live, 5},
              {1, 2, 2, Standing::Live, 1}},
             1,
             Claim::Taken},
        Case{"OlderThanTheSameViewersHoldOfTheNewest",
             {{2, 4}, {2, 3}, {2, 5, Rank::Newest}},
             {{0, 0, 2, Standing::Live, 5},
              {0, 2, 2, Standing::Live, 5},
              {1, 1, 2, Standing::Live, 3}},
             0,
             Claim::Taken},
        Case{"AVoidSecondHoldMakesNoOlderOne",
             {{2, 4}, {2, 3}, {2, 5, Rank::Newest}},
             {{0, 0, 2, Standing::Live, 5},
              {0, 2, 1, Standing::Live, 5},
              {1, 1, 2, Standing::Live, 3}},
             1,
             Claim::Taken},
        Case{"TheViewersFarthestBehind",
             {{2, 1}, {2, 2}, {2, 3, Rank::Newest}},
             {{0, 0, 2, Standing::Live, 40}, {1, 1, 2, Standing::Live, 12}},
             1,
             Claim::Taken},
        Case{"ASharedSlotIsWorthWhatItIsToTheBestOfItsHolders",
             {{2, 1}, {2, 2}, {2, 3, Rank::Newest}},
             {{0, 0, 2, Standing::Live, 40},
              {1, 0, 2, Standing::Expired, 1},
              {2, 1, 2, Standing::Live, 12}},
             1,
             Claim::Taken},
        Case{"ASharedSlotCountsTheFarthestAhead",
             {{2, 1}, {2, 2}, {2, 3, Rank::Newest}},
             {{0, 0, 2, Standing::Live, 40},
              {1, 0, 2, Standing::Live, 1},
              {2, 1, 2, Standing::Live, 12}},
             1,
             Claim::Taken},
        Case{"NeverTheNewest",
             {{2, 1, Rank::Newest}, {2, 2}},
             {{0, 1, 2, Standing::Live, 2}},
             1,
             Claim::Taken},
        Case{"NeverABarredOne",
             {{2, 1, Rank::Barred}, {2, 2}, {2, 3, Rank::Newest}},
             {{0, 1, 2, Standing::Live, 2}},
             1,
             Claim::Taken}),
    name_of);

TEST(ChooseSlotAlone, FindsNothingWhereAllAreBarredOrNewest) {
    const std::vector<SlotState> slots{{2, 1, Rank::Barred}, {2, 2, Rank::Newest}};

    EXPECT_FALSE(choose_slot(slots, {}));
}

TEST(IsHeld, ComparesTheLowFiftySixBitsOfTheGeneration) {
    const std::uint64_t generation = (1ULL << 60U) + 6;
    const std::vector<SlotHold> holds{{0, 3, 6, Standing::Live, 1}};

    EXPECT_TRUE(is_held(3, generation, holds));
    EXPECT_FALSE(is_held(3, generation + 2, holds));
    EXPECT_FALSE(is_held(2, generation, holds));
}

}  // namespace
}  // namespace oriel
