// SPDX-License-Identifier: MIT
#include "relay/relay_subscriber.h"

#include <gtest/gtest.h>

#include "abi/broker.h"
#include "relay/test_region.h"

namespace oriel {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

using State = SessionStatus::State;
using Wanted = FrameReader::Wanted;
using Page = abi::ViewerPage;

constexpr Nanoseconds kStart = seconds(100);

TEST(Session, IsNoneWithoutAPublisher) {
    TestRegion region;
    RelaySubscriber subscriber(region.bytes(), {.viewer = 0});

    const auto changes = subscriber.refresh(kStart);

    EXPECT_FALSE(changes.session);
    EXPECT_EQ(subscriber.status().state, State::NoPublisher);
    EXPECT_TRUE(subscriber.outputs().empty());
    EXPECT_FALSE(subscriber.has_news(0, Wanted::Finished));
    EXPECT_FALSE(subscriber.cursor_news(0)->position);
    EXPECT_EQ(subscriber.fault_count(), 0U);
}

TEST(Session, BeginsWhenAPublisherComesLater) {
    TestRegion region;
    RelaySubscriber subscriber(region.bytes(), {.viewer = 0});
    subscriber.refresh(kStart);
    Publisher publisher = region.publish();

    const auto changes = subscriber.refresh(kStart);

    EXPECT_TRUE(changes.session);
    EXPECT_TRUE(changes.ring_publisher);
    EXPECT_EQ(subscriber.status().state, State::Waiting);
    EXPECT_EQ(subscriber.status().agent, "test-agent 1");
    EXPECT_EQ(subscriber.status().host_name, "guest");
    EXPECT_EQ(subscriber.status().source, "model");
    EXPECT_EQ(subscriber.outputs().size(), 1U);
    EXPECT_FALSE(subscriber.refresh(kStart).session);
}

TEST(Session, IsAnotherAfterThePublisherRestarted) {
    TestRegion region;
    Publisher first = region.publish();
    publish_frame(first);
    publish_frame(first);
    RelaySubscriber subscriber(region.bytes(), {.viewer = 0});
    subscriber.refresh(kStart);
    const auto old = subscriber.take(0, Wanted::Finished, 0);
    Publisher second = region.publish(3, 0xE1);
    EXPECT_TRUE(subscriber.is_lost(*old));

    const auto changes = subscriber.refresh(kStart);

    EXPECT_TRUE(changes.session);
    EXPECT_TRUE(changes.ring_publisher);
    EXPECT_FALSE(subscriber.has_news(0, Wanted::Finished));
    publish_frame(second);
    EXPECT_EQ(subscriber.take(0, Wanted::Finished, 0)->found.info.sequence, 1U);
}

/// Slot and generation of a new session's first frame are likely those of the old one's.
TEST(Session, KeepsHoldsOfTheOldOneApart) {
    TestRegion region;
    Publisher first = region.publish();
    publish_frame(first);
    RelaySubscriber subscriber(region.bytes(), {.viewer = 0});
    subscriber.refresh(kStart);
    const auto old = subscriber.take(0, Wanted::Finished, 0);
    Publisher second = region.publish(3, 0xE1);
    subscriber.refresh(kStart);
    publish_frame(second);
    const auto held = subscriber.take(0, Wanted::Finished, 0);
    ASSERT_EQ(held->found.slot, old->found.slot);
    ASSERT_EQ(held->found.generation, old->found.generation);

    subscriber.release(*old);

    EXPECT_NE(region.get<std::uint64_t>(region.viewer(0) + offsetof(Page, holds)), 0U);
    EXPECT_TRUE(subscriber.is_lost(*old));
    EXPECT_FALSE(subscriber.is_lost(*held));
    subscriber.release(*held);
    EXPECT_EQ(region.get<std::uint64_t>(region.viewer(0) + offsetof(Page, holds)), 0U);
}

TEST(Session, IsAnotherWhenTheSequenceGoesBack) {
    TestRegion region;
    Publisher publisher = region.publish();
    publish_frame(publisher);
    const std::vector<std::byte> snapshot(region.bytes().begin(), region.bytes().end());
    publish_frame(publisher);
    RelaySubscriber watcher(region.bytes(), {});
    watcher.refresh(kStart);
    ASSERT_EQ(watcher.take(0, Wanted::Finished, 0)->found.info.sequence, 2U);

    std::ranges::copy(snapshot, region.bytes().begin());

    EXPECT_TRUE(watcher.refresh(kStart).session);
    EXPECT_EQ(watcher.last_fault(), RegionFault::SequenceWentBack);
    EXPECT_EQ(watcher.take(0, Wanted::Finished, 0)->found.info.sequence, 1U);
}

/// A snapshot was loaded and the guest has already caught up: the sequences alone tell nothing.
TEST(Session, IsAnotherWhenOurOwnWordsAreOld) {
    TestRegion region;
    Publisher publisher = region.publish();
    RelaySubscriber viewer(region.bytes(), {.viewer = 3});
    viewer.tick(kStart);
    const std::vector<std::byte> words(
        region.bytes().begin() + static_cast<std::ptrdiff_t>(region.viewer(3)),
        region.bytes().begin() + static_cast<std::ptrdiff_t>(region.viewer(4)));
    publish_frame(publisher);
    ASSERT_TRUE(viewer.take(0, Wanted::Finished, 0));
    EXPECT_FALSE(viewer.refresh(kStart).session);

    std::ranges::copy(words,
                      region.bytes().begin() + static_cast<std::ptrdiff_t>(region.viewer(3)));

    EXPECT_TRUE(viewer.refresh(kStart).session);
    EXPECT_TRUE(viewer.has_news(0, Wanted::Finished));
}

TEST(Session, WritesItsWordsAfreshAfterSomebodyZeroedThem) {
    TestRegion region;
    Publisher publisher = region.publish();
    RelaySubscriber viewer(region.bytes(), {.viewer = 2});
    viewer.tick(kStart);
    EXPECT_EQ(publisher.survey(kStart).attached, 4U);
    for (std::uint64_t i = 0; i < abi::kViewerStride; i += 8) {
        region.put<std::uint64_t>(region.viewer(2) + i, 0);
    }
    EXPECT_EQ(publisher.survey(kStart).attached, 0U);

    viewer.tick(kStart);

    EXPECT_EQ(publisher.survey(kStart).attached, 4U);
    EXPECT_EQ(publisher.audience().visible, 4U);
    EXPECT_EQ(publisher.audience().doorbell, 4U);
    const auto page = region.shared().copy<Page>(region.viewer(2));
    EXPECT_EQ(page->page_size, sizeof(Page));
    EXPECT_NE(page->instance, 0U);
}

TEST(Session, LeavesNothingBehind) {
    TestRegion region;
    Publisher publisher = region.publish();
    publish_frame(publisher);
    RelaySubscriber viewer(region.bytes(), {.viewer = 2});
    viewer.refresh(kStart);
    ASSERT_TRUE(viewer.take(0, Wanted::Finished, 0));

    viewer.leave();

    EXPECT_EQ(publisher.survey(kStart).attached, 0U);
    const auto page = region.shared().copy<Page>(region.viewer(2));
    EXPECT_EQ(page->nonce, 0U);
    EXPECT_EQ(page->holds[0], 0U);
    EXPECT_EQ(viewer.status().state, State::NoPublisher);
}

TEST(Session, OfAWatcherWritesNoByte) {
    TestRegion region;
    Publisher publisher = region.publish();
    publish_frame(publisher);
    const std::vector<std::byte> before(region.bytes().begin(), region.bytes().end());
    RelaySubscriber watcher(region.bytes(), {});

    watcher.tick(kStart);
    const auto held = watcher.take(0, Wanted::Finished, 0);
    ASSERT_TRUE(held);
    watcher.set_visibility(RelaySubscriber::Visibility::Hidden);
    EXPECT_EQ(watcher.send(1, {}), MessageWriter::Outcome::Full);
    watcher.release(*held);
    watcher.leave();

    EXPECT_TRUE(std::ranges::equal(before, region.bytes()));
}

TEST(Status, IsSilentAfterFiveTicksWithoutASign) {
    TestRegion region;
    Publisher publisher = region.publish();
    RelaySubscriber viewer(region.bytes(), {.viewer = 0});
    RelaySubscriber watcher(region.bytes(), {});
    viewer.refresh(kStart);
    watcher.refresh(kStart);
    publisher.tick(kStart);
    viewer.refresh(kStart);
    viewer.refresh(kStart + milliseconds(2500));
    EXPECT_EQ(viewer.status().state, State::Live);

    viewer.refresh(kStart + milliseconds(2501));
    watcher.refresh(kStart + milliseconds(2501));
    EXPECT_EQ(viewer.status().state, State::Silent);
    EXPECT_EQ(watcher.status().state, State::Live);

    publisher.tick(kStart);
    viewer.refresh(kStart + milliseconds(2502));
    EXPECT_EQ(viewer.status().state, State::Live);
}

TEST(Status, IsNotLiveForAViewerBeforeASignOfLife) {
    TestRegion region;
    Publisher publisher = region.publish();
    publish_frame(publisher);
    publisher.tick(kStart);
    RelaySubscriber viewer(region.bytes(), {.viewer = 0});
    viewer.refresh(kStart);
    EXPECT_EQ(viewer.status().state, State::Waiting);
    viewer.refresh(kStart + milliseconds(2501));
    EXPECT_EQ(viewer.status().state, State::Silent);

    // A publisher that is there sees that the viewer came.
    publisher.survey(kStart);
    EXPECT_NE(publisher.audience().answered, 0U);
    viewer.refresh(kStart + milliseconds(2502));
    EXPECT_EQ(viewer.status().state, State::Live);
}

TEST(Status, IsSilentWhenTheBrokerKnowsOfNobody) {
    TestRegion region;
    Publisher publisher = region.publish();
    RelaySubscriber viewer(region.bytes(), {.viewer = 0});
    region.put<std::uint64_t>(region.broker(), abi::kBrokerMark);
    viewer.refresh(kStart);
    EXPECT_EQ(viewer.status().state, State::Silent);

    region.put<std::uint32_t>(region.broker() + offsetof(abi::BrokerPage, vm_connected), 1);
    publisher.survey(kStart);
    viewer.refresh(kStart);
    EXPECT_EQ(viewer.status().state, State::Live);

    // A broker that was restarted says so until it has been found again.
    region.put<std::uint32_t>(region.broker() + offsetof(abi::BrokerPage, vm_connected), 0);
    viewer.refresh(kStart + milliseconds(1));
    EXPECT_EQ(viewer.status().state, State::Live);
    viewer.refresh(kStart + milliseconds(701));
    EXPECT_EQ(viewer.status().state, State::Silent);
}

TEST(Status, SaysWhatAPublisherWaitsFor) {
    TestRegion region;
    Publisher publisher = region.publish();
    RelaySubscriber watcher(region.bytes(), {});
    publisher.set_state(abi::kStateWaiting, abi::kReasonNoScreen);
    watcher.refresh(kStart);
    EXPECT_EQ(watcher.status().state, State::Waiting);
    EXPECT_EQ(watcher.status().reason, abi::kReasonNoScreen);

    publisher.set_state(abi::kStateEnded, abi::kReasonNone);
    watcher.refresh(kStart);
    EXPECT_EQ(watcher.status().state, State::NoPublisher);
}

TEST(Status, SaysHowLargeTheRegionWouldHaveToBe) {
    TestRegion region;
    const auto refused = Publisher::start(
        region.bytes(), TestRegion::description({OutputNeeds{64U << 20U, 4}}), 1, 2, kStart);
    ASSERT_FALSE(refused);
    RelaySubscriber viewer(region.bytes(), {.viewer = 0});
    viewer.refresh(kStart);
    // It stays said: who has nothing to show does not tick.
    viewer.refresh(kStart + seconds(60));
    // Also where it is known to have gone.
    region.put<std::uint64_t>(region.broker(), abi::kBrokerMark);
    viewer.refresh(kStart + seconds(70));

    EXPECT_EQ(viewer.status().state, State::Waiting);
    EXPECT_EQ(viewer.status().reason, abi::kReasonRegionTooSmall);
    EXPECT_EQ(viewer.status().bytes_needed, 512U << 20U);
}

TEST(Clocks, AreMatchedByPingsOverTheRegion) {
    TestRegion region;
    Publisher publisher = region.publish();
    RelaySubscriber viewer(region.bytes(), {.viewer = 0});
    EXPECT_TRUE(viewer.tick(kStart).ring_publisher);
    EXPECT_FALSE(viewer.clock_offset(kStart));
    publisher.survey(seconds(7));

    viewer.refresh(kStart + milliseconds(2));

    const auto offset = viewer.clock_offset(kStart + milliseconds(2));
    ASSERT_TRUE(offset);
    EXPECT_EQ(offset->offset, seconds(7) - kStart - milliseconds(1));
    EXPECT_EQ(offset->error, milliseconds(1));
}

TEST(Clocks, AreMatchedBetterByAskingAgainWhoAnswersLate) {
    TestRegion region;
    Publisher publisher = region.publish();
    RelaySubscriber viewer(region.bytes(), {.viewer = 0});
    viewer.tick(kStart);
    publisher.survey(seconds(7));
    const Nanoseconds late = kStart + milliseconds(90);

    EXPECT_TRUE(viewer.refresh(late).ring_publisher);
    publisher.survey(seconds(7) + microseconds(40));
    const Nanoseconds soon = late + microseconds(80);
    EXPECT_FALSE(viewer.refresh(soon).ring_publisher);

    EXPECT_EQ(viewer.clock_offset(soon)->error, microseconds(40));
}

TEST(Clocks, AreLeftAloneWhereAskingAgainDoesNotHelp) {
    TestRegion region;
    Publisher publisher = region.publish();
    RelaySubscriber viewer(region.bytes(), {.viewer = 0});
    Nanoseconds now = kStart;
    viewer.tick(now);
    int asked = 0;
    for (int i = 0; i < 10; ++i) {
        publisher.survey(now);
        now += milliseconds(90);
        asked += viewer.refresh(now).ring_publisher ? 1 : 0;
    }

    EXPECT_EQ(asked, 3);
}

/// The answer to another viewer's ping, under the same id, lies there when we come.
TEST(Clocks, TakeNoAnswerThatWasForSomebodyElse) {
    TestRegion region;
    Publisher publisher = region.publish();
    {
        RelaySubscriber earlier(region.bytes(), {.viewer = 0});
        earlier.tick(kStart);
        publisher.survey(seconds(7));
    }
    RelaySubscriber viewer(region.bytes(), {.viewer = 0});
    viewer.tick(kStart + seconds(50));
    viewer.refresh(kStart + seconds(50));
    EXPECT_FALSE(viewer.clock_offset(kStart + seconds(50)));

    publisher.survey(seconds(57));
    viewer.refresh(kStart + seconds(50));

    EXPECT_EQ(viewer.clock_offset(kStart + seconds(50))->offset,
              seconds(57) - kStart - seconds(50));
}

/// Both by one clock: nothing has to be asked about it.
class SameClock : public testing::Test {
  protected:
    static constexpr std::uint64_t kDomain = 55;

    SameClock() {
        auto description = TestRegion::description({OutputNeeds{4096, 2}});
        description.clock_domain = kDomain;
        publisher_.emplace(
            Publisher::start(region_.bytes(), description, 1, 2, Nanoseconds(0)).value());
        viewer_.refresh(kStart);
    }

    TestRegion region_;
    std::optional<Publisher> publisher_;
    RelaySubscriber viewer_{region_.bytes(), {.viewer = 0, .clock_domain = kDomain}};
};

TEST_F(SameClock, NeedsNoPings) {
    EXPECT_EQ(viewer_.clock_offset(kStart)->error, Nanoseconds(0));
    EXPECT_FALSE(viewer_.tick(kStart).ring_publisher);
}

TEST(Clocks, ArePingedEagerlyAtFirstAndThenRarely) {
    TestRegion region;
    Publisher publisher = region.publish();
    RelaySubscriber viewer(region.bytes(), {.viewer = 0});
    int pings = 0;
    for (int i = 0; i < 64; ++i) {
        pings += viewer.tick(kStart + i * milliseconds(500)).ring_publisher ? 1 : 0;
    }

    EXPECT_EQ(pings, 8 + 3);
}

/// A publisher that rests once no viewer moves hears of one again by a ring alone.
TEST_F(SameClock, RingsThePublisherAfterAPauseInWhichItMayHaveTakenUsForGone) {
    const Nanoseconds first = kStart + milliseconds(500);
    EXPECT_FALSE(viewer_.tick(first).ring_publisher);
    EXPECT_TRUE(viewer_.tick(first + ViewerBoard::kHoldLife).ring_publisher);
    EXPECT_FALSE(viewer_.tick(first + ViewerBoard::kHoldLife + milliseconds(500)).ring_publisher);
}

class Messages : public testing::Test {
  protected:
    static constexpr std::array<std::byte, 3> kPayload{std::byte{1}, std::byte{2}, std::byte{3}};

    TestRegion region_;
    Publisher publisher_ = region_.publish();
    RelaySubscriber viewer_{region_.bytes(), {.viewer = 5}};
};

TEST_F(Messages, GoBothWays) {
    viewer_.tick(kStart);
    EXPECT_EQ(viewer_.send(abi::kMessageModeWanted, kPayload), MessageWriter::Outcome::Written);
    publisher_.survey(kStart);

    const auto mail = publisher_.board().next_message();
    ASSERT_TRUE(mail);
    EXPECT_EQ(mail->viewer, 5U);
    EXPECT_EQ(mail->message.type, abi::kMessageModeWanted);
    EXPECT_TRUE(std::ranges::equal(mail->message.bytes(), kPayload));
    EXPECT_FALSE(publisher_.board().next_message());

    publisher_.board().send(5, abi::kMessageModeAnswer, kPayload);
    const auto answer = viewer_.next_message();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->type, abi::kMessageModeAnswer);
    EXPECT_FALSE(viewer_.next_message());
}

TEST_F(Messages, FillTheRingAndGoOnOnceRead) {
    viewer_.tick(kStart);
    const std::vector<std::byte> large(1000);
    int sent = 0;
    while (viewer_.send(1, large) == MessageWriter::Outcome::Written) {
        ++sent;
    }
    EXPECT_EQ(sent, 4);
    publisher_.survey(kStart);
    ASSERT_TRUE(publisher_.board().next_message());

    EXPECT_EQ(viewer_.send(1, large), MessageWriter::Outcome::Written);
}

TEST_F(Messages, OfAPublisherThatNeverStopsAreReadInPortions) {
    viewer_.tick(kStart);
    publisher_.survey(kStart);
    const std::uint64_t written = publisher_.layout().element(abi::kTableAnswers, 5) +
                                  offsetof(abi::AnswerPage, messages_written);
    std::uint64_t claimed = abi::kRingSize;
    std::uint32_t read = 0;
    region_.put<std::uint64_t>(written, claimed);
    while (viewer_.next_message()) {
        region_.put<std::uint64_t>(written, claimed += 8);
        ASSERT_LE(++read, 1000U);
    }

    EXPECT_EQ(read, RelaySubscriber::kMailPerRefresh);
    viewer_.refresh(kStart);
    EXPECT_TRUE(viewer_.next_message());
}

}  // namespace
}  // namespace oriel
