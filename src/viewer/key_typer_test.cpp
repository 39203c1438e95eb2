// SPDX-License-Identifier: MIT
#include "viewer/key_typer.h"

#include <optional>

#include <gtest/gtest.h>

namespace oriel {
namespace {

class KeyTyperTest : public testing::Test {
  protected:
    KeyTyperTest() { start(); }

    void start() {
        typer_.emplace(loop_, [this](const KeyStroke& stroke) {
            if (typed_.size() == reached_) {
                return false;
            }
            typed_.push_back(stroke);
            return true;
        });
    }

    void type(const std::vector<KeyStroke>& strokes) {
        typer_->type(strokes, [this](Result<void> typed) {
            told_.push_back(typed ? "" : typed.error().message);
        });
    }

    void run_until_told(std::size_t count) {
        for (int i = 0; i < 1000 && told_.size() < count; ++i) {
            ASSERT_TRUE(loop_.run_once(std::chrono::milliseconds(20)));
        }
    }

    PollLoop loop_;
    std::vector<KeyStroke> typed_;
    std::size_t reached_ = 100000;  ///< So many strokes arrive.
    std::vector<std::string> told_;
    std::optional<KeyTyper> typer_;
};

TEST_F(KeyTyperTest, TypesInOrderAndTellsOnceAllIsTyped) {
    type({{1}, {2, 3}});
    type({{4}});
    EXPECT_TRUE(told_.empty());

    run_until_told(2);

    EXPECT_EQ(typed_, (std::vector<KeyStroke>{{1}, {2, 3}, {4}}));
    EXPECT_EQ(told_, (std::vector<std::string>{"", ""}));
}

TEST_F(KeyTyperTest, StaysSoFarAheadOfTheGuestAsASinkHasRoom) {
    type(std::vector<KeyStroke>(200, {1}));
    ASSERT_TRUE(loop_.run_once(std::chrono::milliseconds(1)));

    EXPECT_GE(typed_.size(), 40U);
    EXPECT_LE(typed_.size(), 60U);
}

TEST_F(KeyTyperTest, TellsHowFarItCame) {
    reached_ = 2;
    type({{1}, {2}, {3}});

    run_until_told(1);

    EXPECT_EQ(told_[0], "the guest's keyboard is not reached: 2 of 3 strokes were typed");
}

TEST_F(KeyTyperTest, RefusesMoreThanItHasRoomFor) {
    const std::vector<KeyStroke> half(KeyTyper::kMaxWaiting / 2, {1});
    type(half);
    type(half);
    type({{1}});

    ASSERT_EQ(told_.size(), 1U);
    EXPECT_NE(told_[0].find("too much"), std::string::npos);
}

TEST_F(KeyTyperTest, TellsThoseWhoWaitWhenItEnds) {
    type(std::vector<KeyStroke>(200, {1}));

    typer_.reset();

    ASSERT_EQ(told_.size(), 1U);
    EXPECT_NE(told_[0], "");
}

}  // namespace
}  // namespace oriel
