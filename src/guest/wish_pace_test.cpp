// SPDX-License-Identifier: MIT
#include "guest/wish_pace.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

using std::chrono::milliseconds;

constexpr Nanoseconds kStart = std::chrono::seconds(1);

ModeWish wish(std::uint32_t viewer, std::uint32_t width, std::uint32_t refresh_mhz = 0) {
    return {viewer, 0, {width, 600}, refresh_mhz};
}

TEST(WishPace, GrantsTheFirstWishAtOnce) {
    WishPace pace;
    EXPECT_FALSE(pace.due());
    EXPECT_FALSE(pace.take(kStart));

    pace.note(wish(3, 800));

    ASSERT_TRUE(pace.due());
    EXPECT_LE(*pace.due(), kStart);
    const auto due = pace.take(kStart);
    ASSERT_TRUE(due);
    EXPECT_EQ(due->wish, wish(3, 800));
    EXPECT_EQ(due->viewers, 1U << 3U);
    EXPECT_FALSE(pace.take(kStart + std::chrono::seconds(9)));
}

TEST(WishPace, GrantsTheLastOfManyOnceThePauseIsOver) {
    WishPace pace;
    pace.note(wish(0, 800));
    pace.take(kStart);
    for (std::uint32_t width = 801; width < 900; ++width) {
        EXPECT_EQ(pace.note(wish(0, width)), 0U);
    }

    EXPECT_FALSE(pace.take(kStart + milliseconds(299)));
    EXPECT_EQ(pace.due(), kStart + milliseconds(300));
    EXPECT_EQ(pace.take(kStart + milliseconds(300))->wish.size.width, 899U);
}

TEST(WishPace, TellsWhoseWishGaveWayToAnothers) {
    WishPace pace;
    pace.note(wish(1, 800));

    EXPECT_EQ(pace.note(wish(2, 900)), 1U << 1U);
    EXPECT_EQ(pace.note(wish(2, 901)), 0U);

    EXPECT_EQ(pace.take(kStart)->wish, wish(2, 901));
}

TEST(WishPace, TakesTheSameWishOfTwoForOne) {
    WishPace pace;
    pace.note(wish(1, 800));
    EXPECT_EQ(pace.note(wish(15, 800)), 0U);

    EXPECT_EQ(pace.take(kStart)->viewers, 1U << 1U | 1U << 15U);
    pace.note(wish(1, 800, 60'000));
    EXPECT_EQ(pace.note(wish(2, 800, 75'000)), 1U << 1U);
}

}  // namespace
}  // namespace oriel
