// SPDX-License-Identifier: MIT
#include "interop/looking_glass/subscriber.h"

#include <cstring>

#include <gtest/gtest.h>

#include "interop/looking_glass/testing_rig.h"

namespace oriel::looking_glass {
namespace {

using mock::Format;
using mock::MockHost;
using mock::Picture;
using std::chrono::milliseconds;
using Part = LookingGlassSubscriber::Part;
using State = SessionStatus::State;
using Wanted = Subscriber::Wanted;

class LookingGlassSubscriberTest : public testing::Test {
  protected:
    void refresh() { changes_ = subscriber_.refresh(rig_.now); }

    void settle() { rig_.settle(subscriber_); }

    /// A frame arrived, was taken and given back.
    void show_one() {
        rig_.post(picture_);
        refresh();
        ASSERT_FALSE(take_pixels(subscriber_).empty());
    }

    /// Likewise, after nothing of it could come late any more.
    void show_settled() {
        rig_.post(picture_);
        refresh();
        rig_.pass(milliseconds(20));
        refresh();
        ASSERT_FALSE(take_pixels(subscriber_).empty());
    }

    Rig rig_;
    LookingGlassSubscriber subscriber_{rig_.region.bytes(), Part::Takes};
    Picture picture_{Format::Bgra, 320, 200};
    Subscriber::Changes changes_;
};

TEST_F(LookingGlassSubscriberTest, IsLiveOnceTheHeartbeatMoves) {
    refresh();
    EXPECT_EQ(subscriber_.status().state, State::Waiting);
    EXPECT_TRUE(changes_.session);

    rig_.pass(milliseconds(10));
    refresh();

    EXPECT_EQ(subscriber_.status().state, State::Live);
    EXPECT_EQ(subscriber_.status().agent, "Looking Glass B7");
    EXPECT_EQ(subscriber_.status().host_name, "Mock OS");
    EXPECT_EQ(subscriber_.status().uuid, "01020304-0506-0708-090a-0b0c0d0e0f10");
    EXPECT_EQ(subscriber_.status().source, "mock");
    EXPECT_EQ(subscriber_.status().protocol, RegionProtocol::LookingGlass);
}

TEST_F(LookingGlassSubscriberTest, TakesWhatADeadHostLeftForNobody) {
    refresh();
    rig_.now += milliseconds(1100);
    refresh();

    EXPECT_EQ(subscriber_.status().state, State::NoPublisher);
    EXPECT_NE(subscriber_.status().explanation.find("not running"), std::string::npos);
    EXPECT_EQ(rig_.host.queue(MockHost::kFrameQueue).subs, 0U);
}

TEST_F(LookingGlassSubscriberTest, SaysThatAHostFellSilentAndGoesOnWhenItIsBack) {
    settle();
    show_one();
    rig_.now += milliseconds(1100);
    refresh();
    EXPECT_EQ(subscriber_.status().state, State::Silent);

    rig_.pass(milliseconds(20));
    refresh();

    EXPECT_EQ(subscriber_.status().state, State::Live);
    EXPECT_FALSE(changes_.session);
}

TEST_F(LookingGlassSubscriberTest, BringsAFrameAsItIs) {
    settle();
    rig_.post(picture_);
    refresh();
    const auto held = subscriber_.take(0, Wanted::Finished, 0);

    ASSERT_TRUE(held);
    const FrameInfo& info = held->found.info;
    EXPECT_EQ(info.geometry.size, (Size{320, 200}));
    EXPECT_EQ(info.geometry.format, PixelFormat::Bgra8);
    EXPECT_EQ(info.geometry.stride, 1280U);
    const auto pixels = held->found.pixels.unparsed();
    ASSERT_EQ(pixels.size(), 1280U * 200U);
    EXPECT_EQ(std::memcmp(pixels.data(), picture_.colours().data(), pixels.size()), 0);
    EXPECT_EQ(pixels.data(), rig_.region.bytes().data() + held->found.region_offset);
    EXPECT_EQ(held->damage.bounds(), (Rect{0, 0, 320, 200}));
}

TEST_F(LookingGlassSubscriberTest, HasNoNewsUntilThereAre) {
    settle();
    EXPECT_FALSE(subscriber_.has_news(0, Wanted::Finished));
    show_one();
    refresh();
    EXPECT_FALSE(subscriber_.has_news(0, Wanted::Finished));
    EXPECT_FALSE(subscriber_.take(0, Wanted::Finished, 0));

    subscriber_.retake(0);

    EXPECT_TRUE(subscriber_.has_news(0, Wanted::Finished));
}

TEST_F(LookingGlassSubscriberTest, AFrameThatIsBeingWrittenIsAnnouncedOnly) {
    settle();
    ASSERT_TRUE(rig_.host.post_frame(picture_.next_frame()));
    rig_.host.write_rows(100);
    refresh();

    EXPECT_FALSE(subscriber_.has_news(0, Wanted::Finished));
    ASSERT_TRUE(subscriber_.has_news(0, Wanted::Announced));
    const auto held = subscriber_.take(0, Wanted::Announced, 0);
    ASSERT_TRUE(held);
    const auto progress = subscriber_.reader(0).progress(held->found);
    EXPECT_EQ(progress.outcome, FrameProgress::Outcome::Writing);
    EXPECT_GT(progress.rows, 90U);
    EXPECT_LE(progress.rows, 100U);
}

TEST_F(LookingGlassSubscriberTest, AFrameCanBeFollowedWhileItIsWritten) {
    settle();
    ASSERT_TRUE(rig_.host.post_frame(picture_.next_frame()));
    refresh();
    const auto held = subscriber_.take(0, Wanted::Announced, 0);
    ASSERT_TRUE(held);
    std::vector<std::byte> pixels(held->found.info.geometry.bytes());
    FrameCopy copy(subscriber_.reader(0), held->found, held->damage, pixels);

    EXPECT_EQ(copy.step(), FrameCopy::Step::Waiting);
    rig_.host.write_rows(100);
    EXPECT_EQ(copy.step(), FrameCopy::Step::More);
    EXPECT_EQ(copy.step(), FrameCopy::Step::Waiting);
    rig_.host.finish_frame();
    EXPECT_EQ(copy.step(), FrameCopy::Step::Complete);
    EXPECT_EQ(std::memcmp(pixels.data(), picture_.colours().data(), pixels.size()), 0);
}

TEST_F(LookingGlassSubscriberTest, AFinishedFrameIsNotForgottenForOneThatIsNot) {
    settle();
    rig_.post(picture_);
    picture_.paint({0, 0, 5, 5}, 1);
    ASSERT_TRUE(rig_.host.post_frame(picture_.next_frame()));
    refresh();

    ASSERT_TRUE(subscriber_.has_news(0, Wanted::Finished));
    EXPECT_EQ(subscriber_.take(0, Wanted::Finished, 0)->found.info.sequence, 1U);
}

TEST_F(LookingGlassSubscriberTest, GivesEachBlockBackAsSoonAsItsFrameWasShown) {
    settle();
    for (std::uint32_t i = 0; i < 50; ++i) {
        show_one();
        EXPECT_EQ(rig_.host.queue(MockHost::kFrameQueue).count, 0U);
        picture_.paint({i, i, 3, 3}, i);
    }
}

TEST_F(LookingGlassSubscriberTest, TellsTheDamageOfAllFramesSince) {
    settle();
    show_settled();
    picture_.paint({1, 1, 2, 2}, 1);
    rig_.post(picture_);
    refresh();
    picture_.paint({100, 100, 4, 4}, 2);
    rig_.post(picture_);
    refresh();

    const auto held = subscriber_.take(0, Wanted::Finished, 1);

    ASSERT_TRUE(held);
    EXPECT_EQ(held->found.info.sequence, 3U);
    EXPECT_EQ(held->damage.area(), 4U + 16U);
    EXPECT_TRUE(held->damage.covers({1, 1, 2, 2}));
    EXPECT_TRUE(held->damage.covers({100, 100, 4, 4}));
}

TEST_F(LookingGlassSubscriberTest, TakesAFrameAfterAMissingOneAsDamagedAllOver) {
    settle();
    show_one();
    picture_.paint({1, 1, 2, 2}, 1);
    auto frame = picture_.next_frame();
    ASSERT_TRUE(rig_.host.post_frame(frame));
    rig_.host.finish_frame();
    rig_.host.frame_at(rig_.host.frame_block(1)).frame_serial += 1;
    refresh();

    EXPECT_EQ(subscriber_.take(0, Wanted::Finished, 1)->damage.bounds(), (Rect{0, 0, 320, 200}));
}

TEST_F(LookingGlassSubscriberTest, AFramePostedAgainIsNoNews) {
    settle();
    show_one();
    ASSERT_TRUE(rig_.host.repost_frame());
    refresh();

    EXPECT_FALSE(subscriber_.has_news(0, Wanted::Announced));
    EXPECT_EQ(rig_.host.queue(MockHost::kFrameQueue).count, 0U);
}

TEST_F(LookingGlassSubscriberTest, AHeldFrameIsGivenBackBeforeItCostsThePlace) {
    settle();
    rig_.post(picture_);
    refresh();
    const auto held = subscriber_.take(0, Wanted::Finished, 0);
    ASSERT_TRUE(held);

    rig_.pass(milliseconds(450));
    refresh();
    EXPECT_EQ(rig_.host.queue(MockHost::kFrameQueue).count, 0U);
    EXPECT_FALSE(subscriber_.is_lost(*held));
    rig_.pass(milliseconds(1100));
    refresh();
    EXPECT_EQ(subscriber_.status().state, State::Live);

    for (std::uint32_t i = 0; i < 2; ++i) {
        rig_.post(picture_);
        refresh();
    }
    EXPECT_TRUE(subscriber_.is_lost(*held));
    subscriber_.release(*held);
}

TEST_F(LookingGlassSubscriberTest, TwoHeldFramesAreAllThereCanBe) {
    settle();
    rig_.post(picture_);
    refresh();
    const auto first = subscriber_.take(0, Wanted::Finished, 0);
    rig_.post(picture_);
    refresh();
    EXPECT_FALSE(subscriber_.is_full(0));
    const auto second = subscriber_.take(0, Wanted::Finished, 0);
    ASSERT_TRUE(first && second);

    EXPECT_TRUE(subscriber_.is_full(0));
    EXPECT_FALSE(rig_.host.can_post_frame());
    subscriber_.release(*first);
    EXPECT_FALSE(subscriber_.is_full(0));
    EXPECT_TRUE(rig_.host.can_post_frame());
}

TEST_F(LookingGlassSubscriberTest, ComesBackAfterItWasTooSlow) {
    settle();
    show_one();
    rig_.post(picture_);
    rig_.pass(milliseconds(1100));  // Stopped meanwhile: it did not look.
    refresh();
    refresh();

    show_one();
    EXPECT_EQ(subscriber_.status().state, State::Live);
}

TEST_F(LookingGlassSubscriberTest, ASlowSecondOneCostsItNothingInTheEnd) {
    LookingGlassSubscriber slow(rig_.region.bytes(), Part::Takes);
    settle();
    rig_.settle(slow);
    show_one();
    show_one();
    ASSERT_FALSE(rig_.host.can_post_frame());

    for (int i = 0; i < 110; ++i) {
        rig_.pass(milliseconds(10));
        refresh();
    }

    show_one();
    show_one();
    show_one();
    slow.refresh(rig_.now);
    slow.refresh(rig_.now);
    rig_.post(picture_);
    slow.refresh(rig_.now);
    EXPECT_FALSE(take_pixels(slow).empty());
}

TEST_F(LookingGlassSubscriberTest, WaitsWithAMessageForALockThatNobodyGivesBack) {
    rig_.host.die_holding_lock(MockHost::kFrameQueue);
    settle();
    rig_.pass(milliseconds(1100));
    refresh();

    EXPECT_EQ(subscriber_.status().state, State::Waiting);
    EXPECT_NE(subscriber_.status().explanation.find("lock"), std::string::npos);

    rig_.host.queue(MockHost::kFrameQueue).lock = 0;
    refresh();
    EXPECT_EQ(subscriber_.status().state, State::Live);
}

TEST_F(LookingGlassSubscriberTest, FollowsAHostThatIsRestartedAHundredTimes) {
    settle();
    for (std::uint32_t session = 1; session <= 100; ++session) {
        show_one();
        rig_.host.start(1000 + session);
        picture_.forget_blocks();
        refresh();
        EXPECT_TRUE(changes_.session);
        settle();
        ASSERT_EQ(subscriber_.status().state, State::Live) << session;
    }
    show_one();
    EXPECT_EQ(subscriber_.fault_count(), 0U);
}

TEST_F(LookingGlassSubscriberTest, IsPatientWithAHostThatIsStillStarting) {
    rig_.host.region().num_queues = 1;
    settle();
    EXPECT_EQ(subscriber_.status().state, State::Waiting);

    rig_.host.region().num_queues = 2;
    refresh();

    EXPECT_EQ(subscriber_.status().state, State::Live);
    EXPECT_EQ(subscriber_.fault_count(), 0U);
}

TEST_F(LookingGlassSubscriberTest, FindsItsQueuesAgainThatWereAPredecessors) {
    // A host that starts says who it is first: a viewer may join the queues of the one before.
    rig_.host.region().session_id = 99;
    settle();
    ASSERT_EQ(subscriber_.status().state, State::Live);
    rig_.host.start(99, {.system = "A name so long that the rings come to lie elsewhere"});
    picture_.forget_blocks();

    refresh();
    refresh();

    EXPECT_FALSE(changes_.session);
    show_one();
    EXPECT_EQ(subscriber_.fault_count(), 0U);
}

TEST_F(LookingGlassSubscriberTest, WhoWatchesFollowsQueuesThatMove) {
    settle();
    rig_.host.region().session_id = 99;
    LookingGlassSubscriber watcher(rig_.region.bytes(), Part::Watches);
    rig_.settle(watcher);
    rig_.host.start(99, {.system = "A name so long that the rings come to lie elsewhere"});
    picture_.forget_blocks();
    settle();
    rig_.post(picture_);

    watcher.refresh(rig_.now);

    EXPECT_TRUE(watcher.reader(0).newest(Wanted::Finished));
    EXPECT_EQ(watcher.fault_count(), 0U);
}

TEST_F(LookingGlassSubscriberTest, HoldsOfASessionThatEndedAreNobodys) {
    settle();
    rig_.post(picture_);
    refresh();
    const auto held = subscriber_.take(0, Wanted::Finished, 0);
    ASSERT_TRUE(held);
    rig_.host.start(78);
    settle();
    picture_.forget_blocks();
    rig_.post(picture_);
    refresh();

    EXPECT_TRUE(subscriber_.is_lost(*held));
    subscriber_.release(*held);
    EXPECT_EQ(rig_.host.queue(MockHost::kFrameQueue).count, 1U);
}

TEST_F(LookingGlassSubscriberTest, TellsThatThePictureIsCutOffAndWhatWouldHoldIt) {
    picture_.cut_to(150);
    settle();
    rig_.post(picture_);
    refresh();

    ASSERT_TRUE(subscriber_.has_news(0, Wanted::Finished));
    EXPECT_EQ(subscriber_.take(0, Wanted::Finished, 0)->found.info.geometry.size, (Size{320, 150}));
    EXPECT_TRUE(subscriber_.status().is_picture_cut_off);
    EXPECT_EQ(subscriber_.status().bytes_needed, 8U << 20U);
}

TEST_F(LookingGlassSubscriberTest, TurnsAndColoursAreTold) {
    Picture hdr(Format::Rgba16f, 64, 32);
    hdr.set_rotation(3);
    hdr.set_flags(8);
    settle();
    rig_.post(hdr);
    refresh();

    const auto held = subscriber_.take(0, Wanted::Finished, 0);

    ASSERT_TRUE(held);
    EXPECT_EQ(held->found.info.geometry.transform, 3U);
    EXPECT_EQ(held->found.info.colour.primaries, abi::kPrimariesBt2020);
    EXPECT_EQ(held->found.info.colour.transfer, abi::kTransferLinear);
}

TEST_F(LookingGlassSubscriberTest, PointerMovesOnceItIsKnown) {
    settle();
    refresh();
    EXPECT_FALSE(subscriber_.cursor_news(0)->position);
    ASSERT_TRUE(rig_.host.post_pointer(3, {.x = -5, .y = 7}));
    refresh();

    EXPECT_EQ(subscriber_.cursor_news(0)->position,
              (CursorPosition{-5, 7, CursorPosition::Visibility::Shown}));
    EXPECT_FALSE(subscriber_.cursor_news(0)->position);
    ASSERT_TRUE(rig_.host.post_pointer(0, {}));
    refresh();
    EXPECT_EQ(subscriber_.cursor_news(0)->position->visibility, CursorPosition::Visibility::Hidden);
}

TEST_F(LookingGlassSubscriberTest, PositionsAreOfThePictureThatIsShown) {
    settle();
    auto frame = picture_.next_frame();
    frame.header.screen_width = 640;
    frame.header.screen_height = 400;
    ASSERT_TRUE(rig_.host.post_frame(frame));
    rig_.host.finish_frame();
    ASSERT_TRUE(rig_.host.post_pointer(3, {.x = 100, .y = 50}));
    refresh();

    const auto position = subscriber_.cursor_news(0)->position;

    ASSERT_TRUE(position);
    EXPECT_EQ(position->x, 50);
    EXPECT_EQ(position->y, 25);
}

TEST_F(LookingGlassSubscriberTest, ShapesHaveTheirHotSpotAndAlphaMultipliedIn) {
    settle();
    const std::vector<std::byte> shape{
        std::byte{200}, std::byte{100}, std::byte{0}, std::byte{128}};
    ASSERT_TRUE(rig_.host.post_pointer(
        7, {.x = 10, .y = 20, .hx = 0, .hy = -3, .width = 1, .height = 1, .pitch = 4}, shape));
    refresh();

    const auto news = subscriber_.cursor_news(0);

    ASSERT_TRUE(news->image && news->position);
    EXPECT_EQ(news->image->kind, CursorKind::Colour);
    EXPECT_EQ(
        news->image->pixels,
        (std::vector<std::byte>{std::byte{100}, std::byte{50}, std::byte{0}, std::byte{128}}));
    // A hot spot outside of the shape is one at its edge, and the shape is drawn where it was.
    EXPECT_EQ(news->image->hot_y, 0U);
    EXPECT_EQ(news->position->y, 20);
}

TEST_F(LookingGlassSubscriberTest, FollowsAPointerWhoseShapeItRefuses) {
    settle();
    ASSERT_TRUE(rig_.host.post_pointer(
        7, {.x = 30, .y = 40, .width = 100'000, .height = 1, .pitch = 4}, {}));
    refresh();

    const auto news = subscriber_.cursor_news(0);

    EXPECT_EQ(subscriber_.last_fault(), RegionFault::BadCursor);
    ASSERT_TRUE(news->position);
    EXPECT_EQ(news->position->x, 30);
    EXPECT_FALSE(news->image);
}

TEST_F(LookingGlassSubscriberTest, MonochromeShapesAreTwoMasksWithoutTheirPadding) {
    settle();
    // 9 pixels wide, two rows of each mask, four bytes apart.
    std::vector<std::byte> shape(16, std::byte{0xEE});
    for (std::size_t row = 0; row < 4; ++row) {
        shape[row * 4] = static_cast<std::byte>(row);
        shape[row * 4 + 1] = std::byte{0x80};
    }
    ASSERT_TRUE(rig_.host.post_pointer(7, {.type = 1, .width = 9, .height = 4, .pitch = 4}, shape));
    refresh();

    const auto news = subscriber_.cursor_news(0);

    ASSERT_TRUE(news->image);
    EXPECT_EQ(news->image->kind, CursorKind::Monochrome);
    EXPECT_EQ(news->image->size, (Size{9, 2}));
    EXPECT_EQ(news->image->stride, 2U);
    EXPECT_EQ(news->image->pixels[4], std::byte{2});
}

TEST_F(LookingGlassSubscriberTest, MaskedShapesStayAsTheyAre) {
    settle();
    const std::vector<std::byte> shape(4, std::byte{0xFF});
    ASSERT_TRUE(rig_.host.post_pointer(7, {.type = 2, .width = 1, .height = 1, .pitch = 4}, shape));
    refresh();

    const auto news = subscriber_.cursor_news(0);

    ASSERT_TRUE(news->image);
    EXPECT_EQ(news->image->kind, CursorKind::Masked);
    EXPECT_EQ(news->image->pixels, shape);
}

TEST_F(LookingGlassSubscriberTest, GivesItsPlacesBackWhenItLeaves) {
    settle();
    ASSERT_NE(rig_.host.queue(MockHost::kFrameQueue).subs, 0U);

    subscriber_.leave();

    EXPECT_EQ(rig_.host.queue(MockHost::kFrameQueue).subs, 0U);
    EXPECT_EQ(rig_.host.queue(MockHost::kPointerQueue).subs, 0U);
    EXPECT_EQ(rig_.host.queue(MockHost::kFrameQueue).client_id[0], 0U);
}

TEST_F(LookingGlassSubscriberTest, WhoWatchesSeesTheNewestFrameAndWritesNothing) {
    settle();
    rig_.post(picture_);
    std::vector<std::byte> before(rig_.region.bytes().begin(), rig_.region.bytes().end());
    LookingGlassSubscriber watcher(rig_.region.bytes(), Part::Watches);
    watcher.refresh(rig_.now);
    rig_.host.region().timestamp += 1;
    std::memcpy(before.data() + 16, &rig_.host.region().timestamp, 8);

    watcher.refresh(rig_.now);

    EXPECT_EQ(watcher.status().state, State::Live);
    EXPECT_EQ(watcher.status().attached, 1U);
    ASSERT_EQ(watcher.outputs().size(), 1U);
    const auto newest = watcher.reader(0).newest(Wanted::Finished);
    ASSERT_TRUE(newest);
    EXPECT_EQ(newest->info.geometry.size, (Size{320, 200}));
    EXPECT_EQ(std::memcmp(before.data(), rig_.region.bytes().data(), before.size()), 0);
}

TEST_F(LookingGlassSubscriberTest, AnotherFormatInTheSameTransportIsRefusedByName) {
    rig_.host.start(99, {.format_version = 21});
    settle();

    EXPECT_EQ(subscriber_.status().state, State::Refused);
    EXPECT_NE(subscriber_.status().explanation.find("KVMFR 21"), std::string::npos);
    EXPECT_TRUE(subscriber_.outputs().empty());
}

TEST_F(LookingGlassSubscriberTest, AnotherVersionIsRefusedByName) {
    rig_.host.region().version = 5;
    refresh();

    EXPECT_EQ(subscriber_.status().state, State::Refused);
    EXPECT_EQ(subscriber_.status().explanation,
              "this guest runs Looking Glass B6, and Oriel shows B7:\ninstall the B7 host "
              "application in the guest, or oriel-guest");
    refresh();
    EXPECT_EQ(subscriber_.fault_count(), 1U);
}

}  // namespace
}  // namespace oriel::looking_glass
