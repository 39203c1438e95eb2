// SPDX-License-Identifier: MIT
// The guest writes whatever it likes: each dangerous field, refused by the name of its fault.
#include <algorithm>
#include <cstring>
#include <functional>
#include <span>

#include <gtest/gtest.h>

#include "interop/looking_glass/testing_rig.h"

namespace oriel::looking_glass {
namespace {

constexpr std::uint32_t kMax32 = 0xFFFFFFFF;
constexpr auto kEnd = static_cast<std::uint32_t>(Rig::kSize);

struct Spoiled {
    std::string name;
    std::function<void(mock::MockHost&)> spoil;
    RegionFault fault;
};

void PrintTo(const Spoiled& spoiled, std::ostream* out) {  // NOLINT(readability-identifier-naming)
    *out << spoiled.name;
}

using Host = mock::MockHost;

// What is fixed for a session.

class HostileSession : public testing::TestWithParam<Spoiled> {};

TEST_P(HostileSession, IsRefusedByName) {
    Rig rig;
    GetParam().spoil(rig.host);
    LookingGlassSubscriber subscriber(rig.region.bytes(), LookingGlassSubscriber::Part::Takes);

    rig.settle(subscriber);
    rig.pass(std::chrono::milliseconds(1100));
    subscriber.refresh(rig.now);

    EXPECT_EQ(subscriber.status().state, SessionStatus::State::Refused);
    EXPECT_EQ(subscriber.status().fault, GetParam().fault) << describe(subscriber.status().fault);
    EXPECT_EQ(subscriber.last_fault(), GetParam().fault);
    EXPECT_EQ(subscriber.fault_count(), 1U);
}

INSTANTIATE_TEST_SUITE_P(
    Fields,
    HostileSession,
    testing::Values(
        Spoiled{"UserDataSizeHuge",
                [](Host& host) { host.region().udata_size = kMax32; },
                RegionFault::BadUserData},
        Spoiled{"UserDataSizeAboveTheMost",
                [](Host& host) { host.region().udata_size = kMaxUserData + 1; },
                RegionFault::BadUserData},
        Spoiled{"UserDataSizeZero",
                [](Host& host) { host.region().udata_size = 0; },
                RegionFault::BadUserData},
        Spoiled{"UserDataRecordCut",
                [](Host& host) { host.region().udata_size -= 1; },
                RegionFault::BadUserData},
        Spoiled{
            "QueueCount", [](Host& host) { host.region().num_queues = 6; }, RegionFault::BadQueue},
        Spoiled{
            "NoQueues", [](Host& host) { host.region().num_queues = 0; }, RegionFault::BadQueue},
        Spoiled{"RingOfOneSlot",
                [](Host& host) { host.queue(Host::kFrameQueue).num_messages = 1; },
                RegionFault::BadQueue},
        Spoiled{"RingOfFourBillionSlots",
                [](Host& host) { host.queue(Host::kFrameQueue).num_messages = kMax32; },
                RegionFault::BadQueue},
        Spoiled{
            "RingBehindTheEnd",
            [](Host& host) { host.queue(Host::kPointerQueue).messages_offset = Rig::kSize - 16; },
            RegionFault::BadQueue},
        Spoiled{"RingNotAligned",
                [](Host& host) { host.queue(Host::kPointerQueue).messages_offset += 2; },
                RegionFault::BadQueue},
        Spoiled{"RingOverTheHeader",
                [](Host& host) { host.queue(Host::kPointerQueue).messages_offset = 32; },
                RegionFault::BadQueue},
        Spoiled{"PositionOutsideTheRing",
                [](Host& host) { host.queue(Host::kFrameQueue).position = 3; },
                RegionFault::BadQueue}),
    testing::PrintToStringParamName());

TEST(HostileSession, IsRefusedWhereAPositionLeavesTheRingLater) {
    Rig rig;
    LookingGlassSubscriber subscriber(rig.region.bytes(), LookingGlassSubscriber::Part::Takes);
    rig.settle(subscriber);
    rig.host.queue(Host::kFrameQueue).position = kMax32;

    subscriber.refresh(rig.now);

    EXPECT_EQ(subscriber.status().fault, RegionFault::BadQueue);
}

// A frame.

struct SpoiledFrame {
    std::string name;
    std::function<void(mock::Frame&)> spoil;
    RegionFault fault;
};

void PrintTo(const SpoiledFrame& spoiled, std::ostream* out) {  // NOLINT
    *out << spoiled.name;
}

class HostileFrame : public testing::TestWithParam<SpoiledFrame> {};

TEST_P(HostileFrame, IsRefusedByNameAndTheNextOneIsWhole) {
    Rig rig;
    LookingGlassSubscriber subscriber(rig.region.bytes(), LookingGlassSubscriber::Part::Takes);
    rig.settle(subscriber);
    mock::Picture picture(mock::Format::Bgra, 320, 200);
    rig.post(picture);
    GetParam().spoil(rig.host.frame_at(rig.host.frame_block(0)));

    subscriber.refresh(rig.now);

    EXPECT_FALSE(subscriber.has_news(0, Subscriber::Wanted::Announced));
    EXPECT_EQ(subscriber.fault_count(), 1U);
    EXPECT_EQ(subscriber.last_fault(), GetParam().fault) << describe(subscriber.last_fault());
    picture.paint({0, 0, 10, 10}, 1);
    rig.post(picture);
    subscriber.refresh(rig.now);
    const auto held = subscriber.take(0, Subscriber::Wanted::Finished, 1);
    ASSERT_TRUE(held);
    EXPECT_EQ(held->damage.bounds(), (Rect{0, 0, 320, 200}));
    EXPECT_EQ(rig.host.queue(Host::kFrameQueue).count, 1U);
}

INSTANTIATE_TEST_SUITE_P(
    Fields,
    HostileFrame,
    testing::Values(
        SpoiledFrame{"NoWidth", [](auto& f) { f.frame_width = 0; }, RegionFault::BadPictureSize},
        SpoiledFrame{"Wide", [](auto& f) { f.frame_width = 16385; }, RegionFault::BadPictureSize},
        SpoiledFrame{
            "DataWide", [](auto& f) { f.data_width = kMax32; }, RegionFault::BadPictureSize},
        SpoiledFrame{"MoreRowsThanThePicture",
                     [](auto& f) { f.data_height = 201; },
                     RegionFault::BadPictureSize},
        SpoiledFrame{"NoRows", [](auto& f) { f.data_height = 0; }, RegionFault::BadPictureSize},
        SpoiledFrame{"TypeZero", [](auto& f) { f.type = 0; }, RegionFault::BadFormat},
        SpoiledFrame{"TypeSeven", [](auto& f) { f.type = 7; }, RegionFault::BadFormat},
        SpoiledFrame{"Rotation", [](auto& f) { f.rotation = 4; }, RegionFault::BadTransform},
        SpoiledFrame{"PitchShort", [](auto& f) { f.pitch = 1276; }, RegionFault::BadStride},
        SpoiledFrame{"PitchZero", [](auto& f) { f.pitch = 0; }, RegionFault::BadStride},
        SpoiledFrame{"PitchOdd", [](auto& f) { f.pitch = 1281; }, RegionFault::BadStride},
        SpoiledFrame{
            "WiderThanStored", [](auto& f) { f.data_width = 319; }, RegionFault::BadStride},
        SpoiledFrame{
            "PitchHuge", [](auto& f) { f.pitch = 0x7FFFFFFC; }, RegionFault::PixelsOutsideSlot},
        SpoiledFrame{"OffsetInsideTheHeader",
                     [](auto& f) { f.offset = 1080; },
                     RegionFault::PixelsOutsideSlot},
        SpoiledFrame{
            "OffsetNotAligned", [](auto& f) { f.offset += 1; }, RegionFault::PixelsOutsideSlot},
        SpoiledFrame{
            "OffsetHuge", [](auto& f) { f.offset = kMax32 - 3; }, RegionFault::PixelsOutsideSlot},
        SpoiledFrame{"OffsetWhereTheLastRowEndsBehindTheEnd",
                     [](auto& f) { f.offset = kEnd - 1280U * 150U; },
                     RegionFault::PixelsOutsideSlot},
        SpoiledFrame{
            "DamageCount", [](auto& f) { f.damage_rects_count = 65; }, RegionFault::BadDamage},
        SpoiledFrame{"DamageOutside",
                     [](auto& f) {
                         f.damage_rects_count = 1;
                         f.damage_rects[0] = {300, 0, 21, 1};
                     },
                     RegionFault::BadDamage},
        SpoiledFrame{"DamageThatWouldWrap",
                     [](auto& f) {
                         f.damage_rects_count = 1;
                         f.damage_rects[0] = {8, 8, 4, kMax32 - 7};
                     },
                     RegionFault::BadDamage}),
    testing::PrintToStringParamName());

// A message's payload, and the pointer's.

TEST(HostileMessage, OutsideTheRegionIsRefusedByName) {
    Rig rig;
    LookingGlassSubscriber subscriber(rig.region.bytes(), LookingGlassSubscriber::Part::Takes);
    rig.settle(subscriber);
    mock::Picture picture(mock::Format::Bgra, 320, 200);

    for (const std::uint32_t offset :
         {std::uint32_t{Rig::kSize} - 1000, kMax32, std::uint32_t{0}, std::uint32_t{8194}}) {
        rig.post(picture);
        mock::Queue& queue = rig.host.queue(Host::kFrameQueue);
        rig.host.entry(queue, (queue.position + 2) % 3).offset = offset;
        subscriber.refresh(rig.now);
        EXPECT_EQ(subscriber.last_fault(), RegionFault::PayloadOutsideRegion) << offset;
        EXPECT_EQ(queue.count, 0U);
    }
    EXPECT_EQ(subscriber.fault_count(), 4U);
}

struct SpoiledCursor {
    std::string name;
    mock::Cursor cursor;
};

void PrintTo(const SpoiledCursor& spoiled, std::ostream* out) {  // NOLINT
    *out << spoiled.name;
}

class HostileCursor : public testing::TestWithParam<SpoiledCursor> {};

TEST_P(HostileCursor, IsRefusedByName) {
    Rig rig;
    LookingGlassSubscriber subscriber(rig.region.bytes(), LookingGlassSubscriber::Part::Takes);
    rig.settle(subscriber);
    ASSERT_TRUE(rig.host.post_pointer(7, GetParam().cursor));

    subscriber.refresh(rig.now);

    EXPECT_EQ(subscriber.last_fault(), RegionFault::BadCursor);
    EXPECT_FALSE(subscriber.cursor_news(0)->image);
    EXPECT_EQ(rig.host.queue(Host::kPointerQueue).count, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Fields,
    HostileCursor,
    testing::Values(
        SpoiledCursor{"Type", {.type = 3, .width = 8, .height = 8, .pitch = 32}},
        SpoiledCursor{"NoWidth", {.type = 0, .width = 0, .height = 8, .pitch = 32}},
        SpoiledCursor{"Wide", {.type = 0, .width = 513, .height = 8, .pitch = 2052}},
        SpoiledCursor{"WidthThatWouldWrap",
                      {.type = 0, .width = 0x40000001, .height = 8, .pitch = 32}},
        SpoiledCursor{"High", {.type = 2, .width = 8, .height = 513, .pitch = 32}},
        SpoiledCursor{"OddMonochrome", {.type = 1, .width = 8, .height = 9, .pitch = 4}},
        SpoiledCursor{"PitchShort", {.type = 0, .width = 8, .height = 8, .pitch = 31}},
        SpoiledCursor{"MonochromePitchShort", {.type = 1, .width = 9, .height = 8, .pitch = 1}},
        SpoiledCursor{"PitchHuge", {.type = 0, .width = 8, .height = 8, .pitch = kMax32}},
        SpoiledCursor{"MoreThanAnyProducerSends",
                      {.type = 0, .width = 8, .height = 512, .pitch = 2052}}),
    testing::PrintToStringParamName());

TEST(HostileCursor, ThatEndsBehindTheRegionIsRefusedByName) {
    Rig rig;
    LookingGlassSubscriber subscriber(rig.region.bytes(), LookingGlassSubscriber::Part::Takes);
    rig.settle(subscriber);
    ASSERT_TRUE(rig.host.post_pointer(7, {.width = 64, .height = 64, .pitch = 256}));
    mock::Queue& queue = rig.host.queue(Host::kPointerQueue);
    const std::uint32_t at = kEnd - 24U - 64U * 256U + 4U;
    rig.host.entry(queue, 0).offset = at;
    const mock::Cursor cursor{.width = 64, .height = 64, .pitch = 256};
    std::memcpy(rig.region.bytes().data() + at, &cursor, sizeof cursor);

    subscriber.refresh(rig.now);

    EXPECT_EQ(subscriber.last_fault(), RegionFault::PayloadOutsideRegion);
}

// What is read or changed of a queue at any time, and is nobody's to refuse: a lie about it costs
// the guest its own messages at most.

struct SpoiledQueue {
    std::string name;
    std::function<void(mock::Queue&)> spoil;
};

void PrintTo(const SpoiledQueue& spoiled, std::ostream* out) {  // NOLINT
    *out << spoiled.name;
}

class HostileQueueWord : public testing::TestWithParam<SpoiledQueue> {};

TEST_P(HostileQueueWord, KeepsNobodyFromTheNextFrame) {
    Rig rig;
    LookingGlassSubscriber subscriber(rig.region.bytes(), LookingGlassSubscriber::Part::Takes);
    rig.settle(subscriber);
    mock::Picture picture(mock::Format::Bgra, 320, 200);
    rig.post(picture);
    ASSERT_TRUE(rig.host.post_pointer(3, {.x = 5, .y = 6}));
    for (const std::uint32_t id : {Host::kFrameQueue, Host::kPointerQueue}) {
        GetParam().spoil(rig.host.queue(id));
    }

    subscriber.refresh(rig.now);  // Perhaps without its place ...
    subscriber.refresh(rig.now);  // ... which it then takes again.
    subscriber.refresh(rig.now);

    EXPECT_EQ(subscriber.status().state, SessionStatus::State::Live);
    EXPECT_EQ(subscriber.fault_count(), 0U);
    for (const std::uint32_t id : {Host::kFrameQueue, Host::kPointerQueue}) {
        rig.host.queue(id).start = rig.host.queue(id).position;
        rig.host.queue(id).count = 0;
        rig.host.queue(id).lock = 0;  // The mock would wait for it for ever, as the real one.
    }
    picture.paint({0, 0, 10, 10}, 1);
    rig.post(picture);
    subscriber.refresh(rig.now);
    const auto pixels = take_pixels(subscriber);
    ASSERT_EQ(pixels.size(), 1280U * 200U);
    EXPECT_EQ(std::memcmp(pixels.data(), picture.colours().data(), pixels.size()), 0);
}

INSTANTIATE_TEST_SUITE_P(Fields,
                         HostileQueueWord,
                         testing::Values(SpoiledQueue{"NewSubscribers",
                                                      [](auto& q) {
                                                          q.new_sub_count = kMax32;
                                                      }},
                                         SpoiledQueue{"PatienceNone",
                                                      [](auto& q) {
                                                          q.max_time = 0;
                                                      }},
                                         SpoiledQueue{"PatienceForEver",
                                                      [](auto& q) {
                                                          q.max_time = kMax32;
                                                      }},
                                         SpoiledQueue{"Lock",
                                                      [](auto& q) {
                                                          q.lock = kMax32;
                                                      }},
                                         SpoiledQueue{"Start",
                                                      [](auto& q) {
                                                          q.start = kMax32;
                                                      }},
                                         SpoiledQueue{"CountNone",
                                                      [](auto& q) {
                                                          q.count = 0;
                                                      }},
                                         SpoiledQueue{"CountHuge",
                                                      [](auto& q) {
                                                          q.count = kMax32;
                                                      }},
                                         SpoiledQueue{"DeadlineNone",
                                                      [](auto& q) {
                                                          q.msg_timeout = 0;
                                                      }},
                                         SpoiledQueue{"DeadlineNever",
                                                      [](auto& q) {
                                                          q.msg_timeout = ~std::uint64_t{0};
                                                      }},
                                         SpoiledQueue{"NobodySubscribed",
                                                      [](auto& q) {
                                                          q.subs = 0;
                                                      }},
                                         SpoiledQueue{"OverdueAndDueNever",
                                                      [](auto& q) {
                                                          q.subs |= 1;
                                                          q.timeout[0] = ~std::uint64_t{0};
                                                      }},
                                         SpoiledQueue{"ClientIsAnother",
                                                      [](auto& q) {
                                                          q.client_id[0] ^= kMax32;
                                                      }}),
                         testing::PrintToStringParamName());

// The ring of messages from subscribers to the host (in B7 only: put the pointer there). Oriel
// sends none, and neither reads nor writes a word of it, its lock and its counts: there is nothing
// that could be refused.
TEST(HostileControlRing, IsNeitherReadNorWritten) {
    constexpr std::size_t kFirst = 444;  // Of a queue's bytes; to its end.
    for (const int fill : {0x00, 0x01, 0x7F, 0x80, 0xFF}) {
        Rig rig;
        const auto ring_of = [&rig](std::uint32_t id) {
            auto* const queue = reinterpret_cast<std::byte*>(&rig.host.queue(id));
            return std::span(queue + kFirst, sizeof(mock::Queue) - kFirst);
        };
        for (const std::uint32_t id : {Host::kFrameQueue, Host::kPointerQueue}) {
            std::ranges::fill(ring_of(id), static_cast<std::byte>(fill));
        }
        LookingGlassSubscriber subscriber(rig.region.bytes(), LookingGlassSubscriber::Part::Takes);
        rig.settle(subscriber);
        mock::Picture picture(mock::Format::Bgra, 320, 200);
        rig.post(picture);
        ASSERT_TRUE(rig.host.post_pointer(3, {.x = 5, .y = 6}));
        subscriber.refresh(rig.now);

        EXPECT_EQ(subscriber.status().state, SessionStatus::State::Live);
        EXPECT_EQ(subscriber.fault_count(), 0U);
        EXPECT_FALSE(take_pixels(subscriber).empty());
        subscriber.leave();
        for (const std::uint32_t id : {Host::kFrameQueue, Host::kPointerQueue}) {
            EXPECT_TRUE(std::ranges::all_of(
                ring_of(id), [fill](std::byte b) { return b == static_cast<std::byte>(fill); }));
        }
    }
}

TEST(HostileRegion, TooSmallForAHeaderIsNothing) {
    TestRegion region;
    region.put<std::uint32_t>(0, 0x504D474C);
    region.put<std::uint32_t>(4, 6);
    LookingGlassSubscriber subscriber(region.bytes().first(4096),
                                      LookingGlassSubscriber::Part::Takes);

    subscriber.refresh(std::chrono::seconds(1));

    EXPECT_NE(subscriber.status().state, SessionStatus::State::Live);
}

}  // namespace
}  // namespace oriel::looking_glass
