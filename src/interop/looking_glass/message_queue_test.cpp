// SPDX-License-Identifier: MIT
#include "interop/looking_glass/message_queue.h"

#include <gtest/gtest.h>

#include "interop/looking_glass/testing_rig.h"

namespace oriel::looking_glass {
namespace {

using Joined = MessageQueue::Joined;
using Poll = MessageQueue::Poll;
using mock::MockHost;

class MessageQueueTest : public testing::Test {
  protected:
    MessageQueue find(std::uint32_t id = queue::kPointerId) {
        auto found = MessageQueue::find(SharedWords(rig_.region.bytes()), id);
        EXPECT_TRUE(found && *found);
        return **found;
    }

    MessageQueue member(std::uint32_t client) {
        MessageQueue queue = find();
        EXPECT_EQ(queue.join(client), Joined::Yes);
        return queue;
    }

    bool post(std::int16_t x) { return rig_.host.post_pointer(3, {.x = x}); }

    std::uint32_t outstanding() const { return rig_.host.queue(MockHost::kPointerQueue).count; }

    Rig rig_;
};

TEST_F(MessageQueueTest, IsNotFoundWhereThereIsNone) {
    const auto found = MessageQueue::find(SharedWords(rig_.region.bytes()), 3);

    ASSERT_TRUE(found);
    EXPECT_FALSE(*found);
}

TEST_F(MessageQueueTest, BringsWhatIsPostedAfterItWasJoined) {
    MessageQueue first = member(1);
    ASSERT_TRUE(post(1));
    MessageQueue second = member(2);
    ASSERT_TRUE(post(2));

    EXPECT_EQ(first.poll()->poll, Poll::Message);
    EXPECT_EQ(first.poll()->poll, Poll::Message);
    EXPECT_EQ(first.poll()->poll, Poll::Empty);
    EXPECT_EQ(second.poll()->poll, Poll::Message);
    EXPECT_EQ(second.poll()->poll, Poll::Empty);
}

TEST_F(MessageQueueTest, LosesAMessageOnceAllHaveFinishedIt) {
    MessageQueue first = member(1);
    MessageQueue second = member(2);
    ASSERT_TRUE(post(1));
    const auto at_first = first.poll();
    const auto at_second = second.poll();

    first.finish(at_first->slot);
    EXPECT_EQ(outstanding(), 1U);
    second.finish(at_second->slot);
    EXPECT_EQ(outstanding(), 0U);
}

TEST_F(MessageQueueTest, MessagesMayBeFinishedInAnyOrder) {
    MessageQueue queue = member(1);
    ASSERT_TRUE(post(1));
    ASSERT_TRUE(post(2));
    const auto older = queue.poll();
    const auto newer = queue.poll();

    queue.finish(newer->slot);
    EXPECT_EQ(outstanding(), 2U);
    queue.finish(older->slot);
    rig_.pass(std::chrono::milliseconds(10));
    EXPECT_EQ(outstanding(), 0U);
}

TEST_F(MessageQueueTest, GoesRoundItsRing) {
    MessageQueue queue = member(1);

    for (std::int16_t x = 0; x < 100; ++x) {
        ASSERT_TRUE(post(x));
        const auto polled = queue.poll();
        ASSERT_EQ(polled->poll, Poll::Message);
        const auto header =
            SharedWords(rig_.region.bytes()).copy<PointerHeader>(polled->message.offset);
        EXPECT_EQ(header->x, x);
        queue.finish(polled->slot);
    }
    EXPECT_EQ(outstanding(), 0U);
}

TEST_F(MessageQueueTest, WhoTakesASecondForAMessageLosesItsPlaceAndMayComeBack) {
    MessageQueue slow = member(1);
    ASSERT_TRUE(post(1));
    ASSERT_EQ(slow.poll()->poll, Poll::Message);

    rig_.pass(std::chrono::milliseconds(1050));

    EXPECT_EQ(slow.poll()->poll, Poll::Overdue);
    EXPECT_FALSE(slow.is_member());
    EXPECT_EQ(slow.join(1), Joined::Yes);
    ASSERT_TRUE(post(2));
    EXPECT_EQ(slow.poll()->poll, Poll::Message);
}

TEST_F(MessageQueueTest, PlacesOfThoseWhoWereOverdueForLongAreUsedAgain) {
    member(1);
    ASSERT_TRUE(post(1));
    rig_.pass(std::chrono::milliseconds(1050));
    rig_.pass(std::chrono::milliseconds(1100));

    MessageQueue other = member(2);

    EXPECT_EQ(other.members(), 1U);
    EXPECT_EQ(rig_.host.queue(MockHost::kPointerQueue).client_id[0], 2U);
}

TEST_F(MessageQueueTest, HasThirtyTwoPlaces) {
    std::vector<MessageQueue> members;
    for (std::uint32_t client = 1; client <= 32; ++client) {
        members.push_back(member(client));
    }
    MessageQueue one_more = find();

    EXPECT_EQ(one_more.join(33), Joined::Full);
    members[7].leave();
    EXPECT_EQ(one_more.join(33), Joined::Yes);
    EXPECT_EQ(one_more.members(), ~0U);
}

TEST_F(MessageQueueTest, ALockThatNobodyGivesBackKeepsUsFromJoiningOnly) {
    MessageQueue queue = member(1);
    MessageQueue late = find();
    ASSERT_TRUE(post(1));
    rig_.host.die_holding_lock(MockHost::kPointerQueue);

    EXPECT_EQ(late.join(2), Joined::Locked);
    const auto polled = queue.poll();
    ASSERT_EQ(polled->poll, Poll::Message);
    queue.finish(polled->slot);
    queue.leave();
    EXPECT_FALSE(queue.is_member());
}

TEST_F(MessageQueueTest, NoticesThatItsPlaceIsSomebodyElses) {
    MessageQueue queue = member(1);
    rig_.host.queue(MockHost::kPointerQueue).client_id[0] = 99;

    EXPECT_EQ(queue.poll()->poll, Poll::Lost);
    EXPECT_FALSE(queue.is_member());
}

TEST_F(MessageQueueTest, WhosePlaceIsSomebodyElsesFinishesNothingThere) {
    MessageQueue queue = member(1);
    ASSERT_TRUE(post(1));
    const auto polled = queue.poll();
    rig_.host.queue(MockHost::kPointerQueue).client_id[0] = 99;

    queue.finish(polled->slot);

    EXPECT_EQ(outstanding(), 1U);
}

TEST_F(MessageQueueTest, TellsTheLastMessageToWhomIsNoMember) {
    const MessageQueue watcher = find();
    EXPECT_FALSE(*watcher.latest());
    member(1);
    ASSERT_TRUE(post(5));

    const auto latest = watcher.latest();

    ASSERT_TRUE(latest && *latest);
    EXPECT_EQ((*latest)->user_data, 3U);
}

TEST_F(MessageQueueTest, TellsNothingOfWhatWasPostedBeforeTheHostWasRestarted) {
    MessageQueue before = member(1);
    for (std::int16_t x = 0; x < 40; ++x) {
        ASSERT_TRUE(post(x));
        before.finish(before.poll()->slot);
    }
    rig_.host.start(78);
    const MessageQueue watcher = find();

    ASSERT_TRUE(watcher.latest());
    EXPECT_FALSE(*watcher.latest());

    MessageQueue after = member(1);
    for (std::int16_t x = 0; x < 21; ++x) {
        ASSERT_TRUE(post(x));
        after.finish(after.poll()->slot);
    }
    ASSERT_EQ(rig_.host.queue(MockHost::kPointerQueue).position, 0U);
    EXPECT_TRUE(*watcher.latest());
}

TEST_F(MessageQueueTest, NoticesThatItsRingIsElsewhereAndGivesThePlaceBack) {
    MessageQueue queue = member(1);
    rig_.host.queue(MockHost::kPointerQueue).messages_offset += 16;

    EXPECT_EQ(queue.poll()->poll, Poll::Lost);
    EXPECT_FALSE(queue.is_member());
    EXPECT_EQ(queue.members(), 0U);
}

}  // namespace
}  // namespace oriel::looking_glass
