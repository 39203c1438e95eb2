// SPDX-License-Identifier: MIT
#include "relay/session_view.h"

#include <functional>

#include <gtest/gtest.h>

#include "relay/relay_subscriber.h"
#include "relay/test_region.h"

namespace oriel {
namespace {

constexpr std::uint32_t kMax32 = 0xFFFFFFFF;
constexpr std::uint64_t kMax64 = ~0ULL;

/// A region with one field spoiled, and the rule that it breaks.
struct Spoiled {
    const char* name;
    std::function<void(TestRegion&)> spoil;
    RegionFault fault;
};

void PrintTo(const Spoiled& value, std::ostream* out) {
    *out << value.name;
}

std::string name_of(const testing::TestParamInfo<Spoiled>& test) {
    return test.param.name;
}

template <class T>
Spoiled root_field(const char* name, std::size_t field, T value, RegionFault fault) {
    return {name, [=](TestRegion& region) { region.put<T>(region.root() + field, value); }, fault};
}

template <class T>
Spoiled table_field(const char* name, std::uint32_t table, std::size_t field, T value) {
    return {name,
            [=](TestRegion& region) {
                region.put<T>(region.root() + offsetof(abi::Root, tables) +
                                  table * sizeof(abi::Table) + field,
                              value);
            },
            RegionFault::BadTable};
}

template <class T>
Spoiled output_field(const char* name, std::size_t field, T value) {
    return {name,
            [=](TestRegion& region) {
                const auto outputs =
                    region.get<std::uint64_t>(region.root() + offsetof(abi::Root, tables) +
                                              abi::kTableOutputs * sizeof(abi::Table));
                region.put<T>(outputs + field, value);
            },
            RegionFault::BadOutput};
}

class HostileRoot : public testing::TestWithParam<Spoiled> {};

TEST_P(HostileRoot, IsRefusedByTheRuleItBreaks) {
    TestRegion region;
    Publisher publisher = region.publish();
    GetParam().spoil(region);

    SessionView::Versions versions;
    const auto view = SessionView::read(region.shared(), versions);

    ASSERT_FALSE(view);
    EXPECT_EQ(view.error(), GetParam().fault);
}

TEST_P(HostileRoot, LeavesASubscriberStanding) {
    TestRegion region;
    Publisher publisher = region.publish();
    GetParam().spoil(region);
    RelaySubscriber subscriber(region.bytes(), {.viewer = 15});

    subscriber.refresh(Nanoseconds(0));
    subscriber.tick(Nanoseconds(1));

    EXPECT_NE(subscriber.status().state, SessionStatus::State::Live);
    EXPECT_FALSE(subscriber.take(0, FrameReader::Wanted::Finished, 0));
    EXPECT_FALSE(subscriber.next_message());
}

constexpr std::size_t kSlots = offsetof(abi::Output, slots);

INSTANTIATE_TEST_SUITE_P(
    Root,
    HostileRoot,
    testing::Values(
        root_field("NoMagic", 0, std::uint64_t{0}, RegionFault::NoPublisher),
        root_field("OtherMajor", 8, std::uint32_t{2}, RegionFault::OtherMajor),
        root_field("MajorZero", 8, std::uint32_t{0}, RegionFault::OtherMajor),
        root_field("UnknownFeature",
                   offsetof(abi::Root, features_to_read),
                   std::uint64_t{1} << 63U,
                   RegionFault::UnknownFeature),
        root_field("HalfTheSize", 16, std::uint64_t{1} << 19U, RegionFault::BadRegionSize),
        root_field("TwiceTheSize", 16, std::uint64_t{1} << 21U, RegionFault::BadRegionSize),
        root_field(
            "NoNonce", offsetof(abi::Root, nonce), std::uint64_t{0}, RegionFault::NoPublisher),
        root_field("TooFewTables",
                   offsetof(abi::Root, table_count),
                   std::uint32_t{6},
                   RegionFault::BadTable),
        root_field("TooManyTables",
                   offsetof(abi::Root, table_count),
                   std::uint32_t{17},
                   RegionFault::BadTable)),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Tables,
    HostileRoot,
    testing::Values(
        table_field("OffsetAtTheEnd", abi::kTablePublisher, 0, std::uint64_t{1} << 20U),
        table_field("OffsetThatWouldWrap", abi::kTableFrames, 0, kMax64 - 63),
        table_field("OffsetInTheViewersPart",
                    abi::kTablePublisher,
                    0,
                    (std::uint64_t{1} << 20U) - abi::kViewersFromEnd),
        table_field("CrookedOffset", abi::kTableOutputs, 0, std::uint64_t{100'004}),
        table_field("NarrowElements", abi::kTableFrames, 8, std::uint32_t{255}),
        table_field("ElementsWiderThanTheirStride", abi::kTableDamage, 8, std::uint32_t{577}),
        table_field("CrookedStride", abi::kTableFrames, 12, std::uint32_t{257}),
        table_field("HugeStride", abi::kTableFrames, 12, kMax32 & ~63U),
        table_field("NoStride", abi::kTableCursors, 12, std::uint32_t{0}),
        table_field("TooManyOutputs", abi::kTableOutputs, 16, std::uint32_t{5}),
        table_field("MoreOutputsThanFrames", abi::kTableOutputs, 16, std::uint32_t{2}),
        table_field("HugeCount", abi::kTableDamage, 16, kMax32),
        table_field("TooFewFrames", abi::kTableFrames, 16, std::uint32_t{15}),
        table_field("TooFewEntries", abi::kTableDamage, 16, std::uint32_t{63}),
        table_field("NoCursors", abi::kTableCursors, 16, std::uint32_t{0}),
        table_field("TooFewAnswers", abi::kTableAnswers, 16, std::uint32_t{15}),
        table_field("NoPublisherTable", abi::kTablePublisher, 16, std::uint32_t{0})),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Outputs,
    HostileRoot,
    testing::Values(
        output_field("NoSlots", offsetof(abi::Output, slot_count), std::uint32_t{0}),
        output_field("TooManySlots", offsetof(abi::Output, slot_count), std::uint32_t{17}),
        output_field("SlotBeyondTheEnd", kSlots, std::uint64_t{1} << 20U),
        output_field("SlotOffsetThatWouldWrap", kSlots, kMax64 - 63),
        output_field("CrookedSlot", kSlots, std::uint64_t{32}),
        output_field("HugeCapacity", kSlots + 8, kMax64),
        output_field("CapacityIntoTheViewersPart",
                     kSlots + 8,
                     (std::uint64_t{1} << 20U) - abi::kViewersFromEnd + 1)),
    name_of);

TEST(SessionView, TellsTheVersionsItRefuses) {
    TestRegion region;
    Publisher publisher = region.publish();
    region.put<std::uint32_t>(region.root() + offsetof(abi::Root, major), 7);
    region.put<std::uint32_t>(region.root() + offsetof(abi::Root, minor), 3);
    RelaySubscriber subscriber(region.bytes(), {});

    subscriber.refresh(Nanoseconds(0));

    EXPECT_EQ(subscriber.status().state, SessionStatus::State::Refused);
    EXPECT_EQ(subscriber.status().fault, RegionFault::OtherMajor);
    EXPECT_EQ(subscriber.status().versions.major, 7U);
    EXPECT_EQ(subscriber.status().versions.minor, 3U);
    EXPECT_EQ(subscriber.fault_count(), 1U);
}

TEST(SessionView, NamesFeaturesItDoesNotKnow) {
    TestRegion region;
    Publisher publisher = region.publish();
    region.put<std::uint64_t>(region.root() + offsetof(abi::Root, features_to_read), 0x50);

    SessionView::Versions versions;
    static_cast<void>(SessionView::read(region.shared(), versions));

    EXPECT_EQ(versions.unknown_features, 0x50U);
}

TEST(SessionView, LetsAWatcherReadWhatItCouldNotWrite) {
    TestRegion region;
    Publisher publisher = region.publish();
    region.put<std::uint64_t>(region.root() + offsetof(abi::Root, features_to_write), 0x20);
    RelaySubscriber watcher(region.bytes(), {});
    RelaySubscriber viewer(region.bytes(), {.viewer = 0});

    watcher.refresh(Nanoseconds(0));
    viewer.tick(Nanoseconds(0));

    EXPECT_EQ(watcher.status().state, SessionStatus::State::Live);
    EXPECT_EQ(viewer.status().state, SessionStatus::State::Refused);
    EXPECT_EQ(viewer.status().fault, RegionFault::UnknownFeature);
    EXPECT_EQ(viewer.status().versions.unknown_features, 0x20U);
    EXPECT_EQ(region.get<std::uint64_t>(region.viewer(0)), 0U);
}

TEST(SessionView, TakesAnotherMinorAndFeaturesThatMayBeIgnored) {
    TestRegion region;
    Publisher publisher = region.publish();
    region.put<std::uint32_t>(region.root() + offsetof(abi::Root, minor), 9);
    region.put<std::uint64_t>(region.root() + offsetof(abi::Root, features_optional), kMax64);

    SessionView::Versions versions;

    EXPECT_TRUE(SessionView::read(region.shared(), versions));
    EXPECT_EQ(versions.minor, 9U);
}

/// A later minor's tables: wider elements and strides.
TEST(SessionView, ReadsTablesThatGrew) {
    TestRegion region;
    Publisher publisher = region.publish();
    const std::uint64_t table =
        region.root() + offsetof(abi::Root, tables) + abi::kTablePublisher * sizeof(abi::Table);
    region.put<std::uint32_t>(table + offsetof(abi::Table, element_size), 0x200);

    SessionView::Versions versions;
    const auto view = SessionView::read(region.shared(), versions);

    ASSERT_TRUE(view);
    const auto info =
        view->copy_element<abi::PublisherInfo>(region.shared(), abi::kTablePublisher, 0);
    EXPECT_EQ(info.process, 77U);
}

TEST(SessionView, RefusesARegionTooSmallForTheFrozenParts) {
    TestRegion region(64U << 10U);

    SessionView::Versions versions;

    EXPECT_EQ(SessionView::read(region.shared(), versions).error(), RegionFault::BadRegionSize);
    EXPECT_EQ(SessionView::peek(region.shared()), SessionView::Identity{});
}

TEST(SessionView, ReadsWhatAPublisherSaid) {
    TestRegion region(4U << 20U);
    Publisher publisher =
        region.publish({OutputNeeds{4096, 2}, OutputNeeds{4096, 3}, OutputNeeds{4096, 4}});

    SessionView::Versions versions;
    const auto view = SessionView::read(region.shared(), versions);

    ASSERT_TRUE(view);
    ASSERT_EQ(view->outputs().size(), 3U);
    EXPECT_EQ(view->outputs()[1].name, "OUT-2");
    EXPECT_EQ(view->outputs()[1].slots.size(), 3U);
    EXPECT_EQ(view->outputs()[2].id, 3U);
    EXPECT_EQ(view->identity().epoch, TestRegion::kEpoch);
}

/// Without outputs a publisher needs no tables for them: what the root says of those is not used.
TEST(SessionView, LooksIntoNoTableItDidNotCheck) {
    TestRegion region;
    publish_reason(
        region.bytes(), TestRegion::description({}), abi::kReasonRegionTooSmall, 64U << 20U, 1, 2);
    const std::uint64_t answers =
        region.root() + offsetof(abi::Root, tables) + abi::kTableAnswers * sizeof(abi::Table);
    region.put<std::uint64_t>(answers, kMax64 - 63);
    region.put<std::uint32_t>(answers + offsetof(abi::Table, count), 16);
    RelaySubscriber subscriber(region.bytes(), {.viewer = 3});

    subscriber.tick(Nanoseconds(1));
    subscriber.refresh(Nanoseconds(2));

    EXPECT_EQ(subscriber.status().state, SessionStatus::State::Waiting);
    EXPECT_EQ(subscriber.status().bytes_needed, 64U << 20U);
    EXPECT_FALSE(subscriber.next_message());
    EXPECT_EQ(subscriber.send(1, {}), MessageWriter::Outcome::Full);
}

TEST(TextOf, KeepsPrintableAsciiOnly) {
    const char field[8] = {'a', '\x1b', '\xC3', ' ', 'z', '\x7F', '\0', 'x'};

    EXPECT_EQ(text_of(field, sizeof(field)), "a?? z?");
    EXPECT_EQ(text_of(field, 1), "a");
}

}  // namespace
}  // namespace oriel
