// SPDX-License-Identifier: MIT
#include "relay/viewer_board.h"

#include <gtest/gtest.h>

#include "relay/relay_subscriber.h"
#include "relay/test_random.h"
#include "relay/test_region.h"

namespace oriel {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

using Standing = SlotHold::Standing;
using Page = abi::ViewerPage;

constexpr std::uint64_t kNonce = TestRegion::kEpoch + TestRegion::kNonce;
constexpr std::uint64_t kMax64 = ~0ULL;

class ViewerBoardTest : public testing::Test {
  protected:
    /// A page as a viewer of this session would have it.
    void enter(std::uint32_t index, std::uint64_t instance, std::uint32_t flags) {
        region_.put<std::uint64_t>(region_.viewer(index) + offsetof(Page, instance), instance);
        region_.put<std::uint32_t>(region_.viewer(index) + offsetof(Page, flags), flags);
        region_.put<std::uint64_t>(region_.viewer(index), kNonce);
    }

    void hold(std::uint32_t index, std::size_t which, std::uint64_t word) {
        region_.put<std::uint64_t>(region_.viewer(index) + offsetof(Page, holds) + which * 8, word);
    }

    void move_tick(std::uint32_t index, std::uint32_t tick) {
        region_.put<std::uint32_t>(region_.viewer(index) + offsetof(Page, tick), tick);
    }

    TestRegion region_;
    Publisher publisher_ = region_.publish();
    ViewerBoard& board_ = publisher_.board();
};

TEST_F(ViewerBoardTest, CountsSixteenViewersByTheirFlags) {
    for (std::uint32_t i = 0; i < abi::kMaxViewers; ++i) {
        enter(i, 1, i % 8);
    }

    const Audience& audience = board_.survey(seconds(0));

    EXPECT_EQ(audience.attached, 0xFFFFU);
    EXPECT_EQ(audience.visible, 0xAAAAU);
    EXPECT_EQ(audience.doorbell, 0xCCCCU);
    EXPECT_EQ(audience.early, 0xF0F0U);
    EXPECT_TRUE(audience.has_eyes());
}

TEST_F(ViewerBoardTest, ListensToNobodyOfAnotherSession) {
    enter(3, 1, 7);
    region_.put<std::uint64_t>(region_.viewer(3), kNonce + 1);

    EXPECT_EQ(board_.survey(seconds(0)).attached, 0U);
}

TEST_F(ViewerBoardTest, CountsAViewerOutWhoseTickStands) {
    enter(0, 1, abi::kViewerVisible);
    board_.survey(seconds(0));
    move_tick(0, 1);
    board_.survey(seconds(1));

    EXPECT_EQ(board_.survey(seconds(3)).attached, 1U);
    EXPECT_EQ(board_.survey(seconds(3) + milliseconds(1)).attached, 0U);

    move_tick(0, 2);
    EXPECT_EQ(board_.survey(seconds(4)).attached, 1U);
}

TEST_F(ViewerBoardTest, HasNewsOfWhoComesGoesChangesOrPings) {
    board_.survey(seconds(0));
    EXPECT_FALSE(board_.has_news());

    enter(15, 1, abi::kViewerVisible);
    EXPECT_TRUE(board_.has_news());
    board_.survey(seconds(0));
    EXPECT_FALSE(board_.has_news());

    region_.put<std::uint32_t>(region_.viewer(15) + offsetof(Page, flags), 0);
    EXPECT_TRUE(board_.has_news());
    board_.survey(seconds(0));
    EXPECT_FALSE(board_.has_news());

    region_.put<std::uint32_t>(region_.viewer(15) + offsetof(Page, ping_id), 7);
    EXPECT_TRUE(board_.has_news());
    board_.survey(seconds(0));
    EXPECT_FALSE(board_.has_news());

    region_.put<std::uint64_t>(region_.viewer(15), 0);
    EXPECT_TRUE(board_.has_news());
}

TEST_F(ViewerBoardTest, HasNewsOfAMovingTickOnlyWhereItStoodForLong) {
    enter(0, 1, abi::kViewerVisible);
    board_.survey(seconds(0));
    move_tick(0, 1);
    EXPECT_FALSE(board_.has_news());

    board_.survey(seconds(1));
    board_.survey(seconds(4));
    EXPECT_FALSE(board_.has_news());
    move_tick(0, 2);
    EXPECT_TRUE(board_.has_news());
}

TEST_F(ViewerBoardTest, ReadsHoldsWithTheirStanding) {
    enter(0, 1, abi::kViewerVisible);
    enter(1, 1, 0);
    enter(2, 1, abi::kViewerVisible);
    board_.survey(seconds(0));
    hold(0, 0, 1 | 6U << 8U);
    hold(0, 1, 3 | 4U << 8U);
    hold(1, 0, 2 | 2U << 8U);
    hold(2, 0, 1 | 6U << 8U);
    move_tick(0, 9);
    move_tick(1, 9);
    region_.put<std::uint64_t>(region_.viewer(0) + offsetof(Page, seen), 77);

    const auto holds = board_.holds(0, seconds(3));

    ASSERT_EQ(holds.all().size(), 4U);
    EXPECT_EQ(holds.all()[0].slot, 0U);
    EXPECT_EQ(holds.all()[0].generation, 6U);
    EXPECT_EQ(holds.all()[0].standing, Standing::Live);
    EXPECT_EQ(holds.all()[0].seen, 77U);
    EXPECT_EQ(holds.all()[1].slot, 2U);
    EXPECT_EQ(holds.all()[2].standing, Standing::Hidden);
    EXPECT_EQ(holds.all()[3].standing, Standing::Expired);
}

TEST_F(ViewerBoardTest, IgnoresHoldsOfSlotsThatAreNone) {
    enter(0, 1, abi::kViewerVisible);
    board_.survey(seconds(0));
    for (const std::uint64_t slot : {0U, 4U, 17U, 255U}) {
        hold(0, 0, slot | 2U << 8U);
        EXPECT_TRUE(board_.holds(0, seconds(0)).all().empty()) << slot;
    }
    hold(0, 0, kMax64);
    EXPECT_TRUE(board_.holds(0, seconds(0)).all().empty());
    hold(0, 0, 3 | 2U << 8U);
    EXPECT_EQ(board_.holds(0, seconds(0)).all().size(), 1U);
}

TEST_F(ViewerBoardTest, BelievesNoImpossibleRefreshRate) {
    enter(0, 1, abi::kViewerVisible);
    enter(1, 1, abi::kViewerVisible);
    region_.put<std::uint32_t>(region_.viewer(0) + offsetof(Page, refresh_mhz), 0xFFFFFFFF);
    region_.put<std::uint32_t>(region_.viewer(1) + offsetof(Page, refresh_mhz), 144'000);

    EXPECT_EQ(board_.survey(seconds(0)).refresh_mhz, 144'000U);
}

TEST_F(ViewerBoardTest, AnswersAPingOnce) {
    enter(2, 1, abi::kViewerVisible);
    board_.survey(seconds(0));
    region_.put<std::uint32_t>(region_.viewer(2) + offsetof(Page, ping_id), 5);

    EXPECT_EQ(board_.survey(milliseconds(7)).answered, 4U);
    EXPECT_EQ(board_.survey(milliseconds(8)).answered, 0U);

    const std::uint64_t answer = publisher_.layout().element(abi::kTableAnswers, 2);
    const auto page = region_.shared().copy<abi::AnswerPage>(answer);
    EXPECT_EQ(page->pong_id, 5U);
    EXPECT_EQ(page->received_ns, 7'000'000U);
}

/// Between two surveys one viewer went and another came: nothing of the first one's is left.
TEST_F(ViewerBoardTest, KnowsANewViewerAtAnOldIndexByItsInstance) {
    enter(0, 1, abi::kViewerVisible);
    region_.put<std::uint32_t>(region_.viewer(0) + offsetof(Page, ping_id), 1);
    EXPECT_EQ(board_.survey(seconds(0)).answered, 1U);
    board_.send(0, 9, {});
    const std::uint64_t answer = publisher_.layout().element(abi::kTableAnswers, 0);
    EXPECT_EQ(region_.get<std::uint64_t>(answer + offsetof(abi::AnswerPage, messages_written)), 8U);

    enter(0, 2, abi::kViewerVisible);

    EXPECT_EQ(board_.survey(seconds(0)).answered, 1U);
    EXPECT_EQ(region_.get<std::uint64_t>(answer + offsetof(abi::AnswerPage, instance)), 2U);
    EXPECT_EQ(region_.get<std::uint64_t>(answer + offsetof(abi::AnswerPage, messages_written)), 0U);
}

TEST_F(ViewerBoardTest, ReadsMessagesOfAllInTurnAndNotForEver) {
    enter(4, 1, 0);
    enter(9, 1, 0);
    board_.survey(seconds(0));
    // Both claim a whole ring of empty messages, and go on claiming.
    std::uint64_t claimed = abi::kRingSize;
    int of_first = 0;
    int read = 0;
    const auto claim = [&] {
        for (const std::uint32_t viewer : {4U, 9U}) {
            region_.put<std::uint64_t>(region_.viewer(viewer) + offsetof(Page, messages_written),
                                       claimed);
        }
        claimed += 8;
    };
    claim();
    while (const auto mail = board_.next_message()) {
        ++read;
        of_first += mail->viewer == 4 ? 1 : 0;
        claim();
        ASSERT_LE(read, 1000);
    }

    EXPECT_EQ(read, static_cast<int>(ViewerBoard::kMailPerSurvey));
    EXPECT_EQ(of_first, read / 2);
    board_.survey(seconds(0));
    EXPECT_TRUE(board_.next_message());
}

TEST_F(ViewerBoardTest, SeesHoldsOfAnEarlierSession) {
    EXPECT_FALSE(board_.has_foreign_holds());
    enter(1, 1, 0);
    hold(1, 3, 1 | 2U << 8U);
    EXPECT_FALSE(board_.has_foreign_holds());
    region_.put<std::uint64_t>(region_.viewer(1), 5);
    EXPECT_TRUE(board_.has_foreign_holds());
    region_.put<std::uint64_t>(region_.viewer(1), 0);
    EXPECT_FALSE(board_.has_foreign_holds());
}

TEST_F(ViewerBoardTest, StandsAnyBytesFromViewers) {
    TestRandom random(3);
    for (int round = 0; round < 300; ++round) {
        for (int i = 0; i < 200; ++i) {
            const std::uint64_t place =
                region_.viewer(0) + random.below(abi::kMaxViewers * 0x2000 / 8) * 8;
            region_.put<std::uint64_t>(
                place, std::uint64_t{random.word()} << (random.one_in(2) ? 32U : 0U));
        }
        for (std::uint32_t i = 0; i < abi::kMaxViewers; ++i) {
            enter(i, random.below(2), random.below(8));
            hold(i, random.below(2), random.below(20) | random.below(9) << 8U);
        }
        publisher_.survey(seconds(round));
        while (publisher_.board().next_message()) {}
        const auto lease = publisher_.begin_frame(0, TestRegion::geometry(), seconds(round));
        ASSERT_TRUE(lease);
        publisher_.finish_frame({.damage = {}, .colour = {}}, seconds(round));
    }
}

TEST(Settling, SparesSlotsOfTheOldEpochFor250MsOrUntilTheyAreLetGo) {
    TestRegion region;
    Publisher first = region.publish();
    publish_frame(first);
    RelaySubscriber viewer(region.bytes(), {.viewer = 0});
    viewer.refresh(seconds(0));
    ASSERT_TRUE(viewer.take(0, FrameReader::Wanted::Finished, 0));

    Publisher second = region.publish(3, 0xE1);

    EXPECT_EQ(second.begin_frame(0, TestRegion::geometry(), milliseconds(249)).error(),
              PublishFault::SlotsStillShown);
    EXPECT_TRUE(second.begin_frame(0, TestRegion::geometry(), milliseconds(250)));

    Publisher third = region.publish(3, 0xE2);
    EXPECT_FALSE(third.begin_frame(0, TestRegion::geometry(), milliseconds(1)));
    viewer.refresh(milliseconds(1));
    EXPECT_TRUE(third.begin_frame(0, TestRegion::geometry(), milliseconds(1)));
}

}  // namespace
}  // namespace oriel
