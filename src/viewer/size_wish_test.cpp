// SPDX-License-Identifier: MIT
#include "viewer/size_wish.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

using std::chrono::milliseconds;
using Mode = SizeWish::Mode;

constexpr Nanoseconds kStart = std::chrono::seconds(1);
constexpr Mode kSmall{{800, 600}, 0};
constexpr Mode kLarge{{1600, 900}, 0};

TEST(SizeWish, AsksOnceTheWindowHasKeptItsSize) {
    SizeWish wish;
    EXPECT_FALSE(wish.due());
    for (std::uint32_t width = 800; width <= 1000; ++width) {
        wish.set_window({{width, 600}, 0}, kStart + milliseconds(width));
        EXPECT_FALSE(wish.take(kStart + milliseconds(width)));
    }

    EXPECT_EQ(wish.due(), kStart + milliseconds(1250));
    EXPECT_FALSE(wish.take(kStart + milliseconds(1249)));
    EXPECT_EQ(wish.take(kStart + milliseconds(1250)), (Mode{{1000, 600}, 0}));
    EXPECT_FALSE(wish.take(kStart + milliseconds(9000)));
}

TEST(SizeWish, AsksNothingTwice) {
    SizeWish wish;
    wish.set_window(kSmall, kStart);
    wish.take(kStart + milliseconds(250));
    EXPECT_EQ(wish.answered(), kSmall);

    wish.set_window(kSmall, kStart + milliseconds(500));

    EXPECT_FALSE(wish.due());
    wish.set_window({kSmall.size, 75'000}, kStart + milliseconds(500));
    EXPECT_TRUE(wish.due());
}

TEST(SizeWish, WaitsForTheAnswerBeforeItAsksForMore) {
    SizeWish wish;
    wish.set_window(kSmall, kStart);
    wish.take(kStart + milliseconds(250));
    wish.set_window(kLarge, kStart + milliseconds(300));
    EXPECT_FALSE(wish.take(kStart + milliseconds(600)));

    EXPECT_EQ(wish.answered(), kSmall);

    EXPECT_EQ(wish.take(kStart + milliseconds(600)), kLarge);
    EXPECT_EQ(wish.answered(), kLarge);
    EXPECT_FALSE(wish.answered());
}

TEST(SizeWish, GivesUpOnAnAnswerThatDoesNotCome) {
    SizeWish wish;
    wish.set_window(kSmall, kStart);
    wish.take(kStart + milliseconds(250));
    EXPECT_EQ(wish.due(), kStart + milliseconds(2250));
    EXPECT_FALSE(wish.give_up(kStart + milliseconds(2249)));

    EXPECT_EQ(wish.give_up(kStart + milliseconds(2250)), kSmall);

    EXPECT_FALSE(wish.due());
    EXPECT_FALSE(wish.answered());
}

TEST(SizeWish, AsksAnotherAgentForTheSame) {
    SizeWish wish;
    wish.ask_again(kStart);
    EXPECT_FALSE(wish.due());
    wish.set_window(kSmall, kStart);
    wish.take(kStart + milliseconds(250));

    wish.ask_again(kStart + milliseconds(300));

    EXPECT_EQ(wish.take(kStart + milliseconds(300)), kSmall);
    wish.answered();
    wish.ask_again(kStart + milliseconds(400));
    EXPECT_EQ(wish.take(kStart + milliseconds(400)), kSmall);
}

TEST(SizeWish, AsksAgainOnlyWhereAnAnswerWasLost) {
    SizeWish wish;
    wish.set_window(kSmall, kStart);
    wish.take(kStart + milliseconds(250));
    wish.lose_answer(kStart + milliseconds(300));
    EXPECT_EQ(wish.take(kStart + milliseconds(300)), kSmall);
    wish.answered();

    wish.lose_answer(kStart + milliseconds(400));

    EXPECT_FALSE(wish.due());
}

TEST(SizeWish, TriesAgainWhereNobodyReads) {
    SizeWish wish;
    wish.set_window(kSmall, kStart);
    wish.take(kStart + milliseconds(250));

    wish.put_back(kStart + milliseconds(250));

    EXPECT_FALSE(wish.take(kStart + milliseconds(749)));
    EXPECT_EQ(wish.take(kStart + milliseconds(750)), kSmall);
}

TEST(SizeWish, AsksForNoSizeThatNobodyHas) {
    SizeWish wish;
    wish.set_window({{64, 100'000}, 0}, kStart);

    EXPECT_EQ(wish.take(kStart + milliseconds(250)), (Mode{{320, 8192}, 0}));
}

}  // namespace
}  // namespace oriel
