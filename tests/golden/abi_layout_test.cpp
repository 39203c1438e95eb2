// SPDX-License-Identifier: MIT
// Where every field of the region lies, once more and by itself: the layout of a released version
// never changes, so neither does a line of this test. A new minor adds lines.
#include <cstddef>

#include <gtest/gtest.h>

#include "abi/broker.h"
#include "abi/cursor.h"
#include "abi/frame.h"
#include "abi/publisher.h"
#include "abi/region.h"
#include "abi/viewer.h"

namespace oriel::abi {
namespace {

struct Field {
    const char* name;
    std::size_t offset;
    std::size_t size;
    std::size_t expected_offset;
    std::size_t expected_size;
};

void PrintTo(const Field& value, std::ostream* out) {
    *out << value.name;
}

#define ORIEL_FIELD(type, field, offset, size)                                     \
    Field {                                                                        \
        #type "." #field, offsetof(type, field), sizeof(type::field), offset, size \
    }

class Layout10 : public testing::TestWithParam<Field> {};

TEST_P(Layout10, StandsForEver) {
    EXPECT_EQ(GetParam().offset, GetParam().expected_offset);
    EXPECT_EQ(GetParam().size, GetParam().expected_size);
}

INSTANTIATE_TEST_SUITE_P(Table,
                         Layout10,
                         testing::Values(ORIEL_FIELD(Table, offset, 0x00, 8),
                                         ORIEL_FIELD(Table, element_size, 0x08, 4),
                                         ORIEL_FIELD(Table, stride, 0x0C, 4),
                                         ORIEL_FIELD(Table, count, 0x10, 4),
                                         ORIEL_FIELD(Table, reserved, 0x14, 4)));

INSTANTIATE_TEST_SUITE_P(Root,
                         Layout10,
                         testing::Values(ORIEL_FIELD(Root, magic, 0x00, 8),
                                         ORIEL_FIELD(Root, major, 0x08, 4),
                                         ORIEL_FIELD(Root, minor, 0x0C, 4),
                                         ORIEL_FIELD(Root, region_size, 0x10, 8),
                                         ORIEL_FIELD(Root, epoch, 0x18, 8),
                                         ORIEL_FIELD(Root, nonce, 0x20, 8),
                                         ORIEL_FIELD(Root, features_optional, 0x28, 8),
                                         ORIEL_FIELD(Root, features_to_read, 0x30, 8),
                                         ORIEL_FIELD(Root, features_to_write, 0x38, 8),
                                         ORIEL_FIELD(Root, root_size, 0x40, 4),
                                         ORIEL_FIELD(Root, table_count, 0x44, 4),
                                         ORIEL_FIELD(Root, reserved, 0x48, 8),
                                         ORIEL_FIELD(Root, tables, 0x50, 384)));

INSTANTIATE_TEST_SUITE_P(PublisherInfo,
                         Layout10,
                         testing::Values(ORIEL_FIELD(PublisherInfo, tick, 0x00, 8),
                                         ORIEL_FIELD(PublisherInfo, tick_ns, 0x08, 8),
                                         ORIEL_FIELD(PublisherInfo, state, 0x10, 4),
                                         ORIEL_FIELD(PublisherInfo, reason, 0x14, 4),
                                         ORIEL_FIELD(PublisherInfo, bytes_needed, 0x18, 8),
                                         ORIEL_FIELD(PublisherInfo, idle_inhibit, 0x20, 4),
                                         ORIEL_FIELD(PublisherInfo, attached, 0x24, 4),
                                         ORIEL_FIELD(PublisherInfo, frames, 0x28, 8),
                                         ORIEL_FIELD(PublisherInfo, reserved0, 0x30, 16),
                                         ORIEL_FIELD(PublisherInfo, clock_domain, 0x40, 8),
                                         ORIEL_FIELD(PublisherInfo, info_size, 0x48, 4),
                                         ORIEL_FIELD(PublisherInfo, process, 0x4C, 4),
                                         ORIEL_FIELD(PublisherInfo, reserved1, 0x50, 48),
                                         ORIEL_FIELD(PublisherInfo, agent, 0x80, 64),
                                         ORIEL_FIELD(PublisherInfo, host_name, 0xC0, 64),
                                         ORIEL_FIELD(PublisherInfo, source, 0x100, 64)));

INSTANTIATE_TEST_SUITE_P(SlotPlace,
                         Layout10,
                         testing::Values(ORIEL_FIELD(SlotPlace, offset, 0x00, 8),
                                         ORIEL_FIELD(SlotPlace, capacity, 0x08, 8)));

INSTANTIATE_TEST_SUITE_P(Output,
                         Layout10,
                         testing::Values(ORIEL_FIELD(Output, newest, 0x00, 8),
                                         ORIEL_FIELD(Output, announced, 0x08, 8),
                                         ORIEL_FIELD(Output, reserved0, 0x10, 48),
                                         ORIEL_FIELD(Output, generation, 0x40, 8),
                                         ORIEL_FIELD(Output, id, 0x48, 4),
                                         ORIEL_FIELD(Output, slot_count, 0x4C, 4),
                                         ORIEL_FIELD(Output, x, 0x50, 4),
                                         ORIEL_FIELD(Output, y, 0x54, 4),
                                         ORIEL_FIELD(Output, scale_milli, 0x58, 4),
                                         ORIEL_FIELD(Output, refresh_mhz, 0x5C, 4),
                                         ORIEL_FIELD(Output, vrr_min_mhz, 0x60, 4),
                                         ORIEL_FIELD(Output, vrr_max_mhz, 0x64, 4),
                                         ORIEL_FIELD(Output, reserved1, 0x68, 24),
                                         ORIEL_FIELD(Output, name, 0x80, 64),
                                         ORIEL_FIELD(Output, slots, 0xC0, 256)));

INSTANTIATE_TEST_SUITE_P(FrameHeader,
                         Layout10,
                         testing::Values(ORIEL_FIELD(FrameHeader, generation, 0x00, 8),
                                         ORIEL_FIELD(FrameHeader, sequence, 0x08, 8),
                                         ORIEL_FIELD(FrameHeader, pixel_offset, 0x10, 8),
                                         ORIEL_FIELD(FrameHeader, modifier, 0x18, 8),
                                         ORIEL_FIELD(FrameHeader, width, 0x20, 4),
                                         ORIEL_FIELD(FrameHeader, height, 0x24, 4),
                                         ORIEL_FIELD(FrameHeader, stride, 0x28, 4),
                                         ORIEL_FIELD(FrameHeader, format, 0x2C, 4),
                                         ORIEL_FIELD(FrameHeader, transform, 0x30, 4),
                                         ORIEL_FIELD(FrameHeader, flags, 0x34, 4),
                                         ORIEL_FIELD(FrameHeader, content_type, 0x38, 4),
                                         ORIEL_FIELD(FrameHeader, header_size, 0x3C, 4),
                                         ORIEL_FIELD(FrameHeader, crop_x, 0x40, 4),
                                         ORIEL_FIELD(FrameHeader, crop_y, 0x44, 4),
                                         ORIEL_FIELD(FrameHeader, crop_width, 0x48, 4),
                                         ORIEL_FIELD(FrameHeader, crop_height, 0x4C, 4),
                                         ORIEL_FIELD(FrameHeader, primaries, 0x50, 4),
                                         ORIEL_FIELD(FrameHeader, transfer, 0x54, 4),
                                         ORIEL_FIELD(FrameHeader, sdr_white_millinits, 0x58, 4),
                                         ORIEL_FIELD(FrameHeader, reserved1, 0x5C, 4),
                                         ORIEL_FIELD(FrameHeader, hdr_primaries, 0x60, 16),
                                         ORIEL_FIELD(FrameHeader, hdr_max_millinits, 0x70, 4),
                                         ORIEL_FIELD(FrameHeader, hdr_min_millinits, 0x74, 4),
                                         ORIEL_FIELD(FrameHeader, hdr_max_cll, 0x78, 4),
                                         ORIEL_FIELD(FrameHeader, hdr_max_fall, 0x7C, 4),
                                         ORIEL_FIELD(FrameHeader, vblank_ns, 0x80, 8),
                                         ORIEL_FIELD(FrameHeader, capture_start_ns, 0x88, 8),
                                         ORIEL_FIELD(FrameHeader, announce_ns, 0x90, 8),
                                         ORIEL_FIELD(FrameHeader, clock_id, 0x98, 4),
                                         ORIEL_FIELD(FrameHeader, reserved2, 0x9C, 4),
                                         ORIEL_FIELD(FrameHeader, reserved3, 0xA0, 32),
                                         ORIEL_FIELD(FrameHeader, progress, 0xC0, 8),
                                         ORIEL_FIELD(FrameHeader, finish_ns, 0xC8, 8),
                                         ORIEL_FIELD(FrameHeader, reserved4, 0xD0, 48)));

INSTANTIATE_TEST_SUITE_P(DamageRect,
                         Layout10,
                         testing::Values(ORIEL_FIELD(DamageRect, x, 0x00, 2),
                                         ORIEL_FIELD(DamageRect, y, 0x02, 2),
                                         ORIEL_FIELD(DamageRect, width, 0x04, 2),
                                         ORIEL_FIELD(DamageRect, height, 0x06, 2)));

INSTANTIATE_TEST_SUITE_P(DamageEntry,
                         Layout10,
                         testing::Values(ORIEL_FIELD(DamageEntry, generation, 0x00, 8),
                                         ORIEL_FIELD(DamageEntry, sequence, 0x08, 8),
                                         ORIEL_FIELD(DamageEntry, count, 0x10, 4),
                                         ORIEL_FIELD(DamageEntry, reserved, 0x14, 4),
                                         ORIEL_FIELD(DamageEntry, rects, 0x18, 512)));

INSTANTIATE_TEST_SUITE_P(CursorShape,
                         Layout10,
                         testing::Values(ORIEL_FIELD(CursorShape, generation, 0x00, 8),
                                         ORIEL_FIELD(CursorShape, image_offset, 0x08, 8),
                                         ORIEL_FIELD(CursorShape, capacity, 0x10, 8),
                                         ORIEL_FIELD(CursorShape, serial, 0x18, 4),
                                         ORIEL_FIELD(CursorShape, kind, 0x1C, 4),
                                         ORIEL_FIELD(CursorShape, width, 0x20, 4),
                                         ORIEL_FIELD(CursorShape, height, 0x24, 4),
                                         ORIEL_FIELD(CursorShape, stride, 0x28, 4),
                                         ORIEL_FIELD(CursorShape, hot_x, 0x2C, 4),
                                         ORIEL_FIELD(CursorShape, hot_y, 0x30, 4),
                                         ORIEL_FIELD(CursorShape, reserved, 0x34, 12)));

INSTANTIATE_TEST_SUITE_P(CursorLine,
                         Layout10,
                         testing::Values(ORIEL_FIELD(CursorLine, generation, 0x00, 8),
                                         ORIEL_FIELD(CursorLine, x, 0x08, 4),
                                         ORIEL_FIELD(CursorLine, y, 0x0C, 4),
                                         ORIEL_FIELD(CursorLine, visible, 0x10, 4),
                                         ORIEL_FIELD(CursorLine, shape_serial, 0x14, 4),
                                         ORIEL_FIELD(CursorLine, moved_ns, 0x18, 8),
                                         ORIEL_FIELD(CursorLine, reserved, 0x20, 32)));

INSTANTIATE_TEST_SUITE_P(Cursor,
                         Layout10,
                         testing::Values(ORIEL_FIELD(Cursor, line, 0x00, 64),
                                         ORIEL_FIELD(Cursor, shapes, 0x40, 128)));

INSTANTIATE_TEST_SUITE_P(ViewerPage,
                         Layout10,
                         testing::Values(ORIEL_FIELD(ViewerPage, nonce, 0x00, 8),
                                         ORIEL_FIELD(ViewerPage, tick, 0x08, 4),
                                         ORIEL_FIELD(ViewerPage, flags, 0x0C, 4),
                                         ORIEL_FIELD(ViewerPage, page_size, 0x10, 4),
                                         ORIEL_FIELD(ViewerPage, minor, 0x14, 4),
                                         ORIEL_FIELD(ViewerPage, features, 0x18, 8),
                                         ORIEL_FIELD(ViewerPage, instance, 0x20, 8),
                                         ORIEL_FIELD(ViewerPage, reserved0, 0x28, 24),
                                         ORIEL_FIELD(ViewerPage, holds, 0x40, 64),
                                         ORIEL_FIELD(ViewerPage, seen, 0x80, 32),
                                         ORIEL_FIELD(ViewerPage, reserved2, 0xA0, 32),
                                         ORIEL_FIELD(ViewerPage, ping_id, 0xC0, 4),
                                         ORIEL_FIELD(ViewerPage, reserved3, 0xC4, 4),
                                         ORIEL_FIELD(ViewerPage, ping_ns, 0xC8, 8),
                                         ORIEL_FIELD(ViewerPage, messages_written, 0xD0, 8),
                                         ORIEL_FIELD(ViewerPage, messages_read, 0xD8, 8),
                                         ORIEL_FIELD(ViewerPage, reserved4, 0xE0, 32),
                                         ORIEL_FIELD(ViewerPage, refresh_mhz, 0x100, 4),
                                         ORIEL_FIELD(ViewerPage, reserved5, 0x104, 4),
                                         ORIEL_FIELD(ViewerPage, refresh_phase_ns, 0x108, 8),
                                         ORIEL_FIELD(ViewerPage, reserved6, 0x110, 48)));

INSTANTIATE_TEST_SUITE_P(AnswerPage,
                         Layout10,
                         testing::Values(ORIEL_FIELD(AnswerPage, pong_id, 0x00, 4),
                                         ORIEL_FIELD(AnswerPage, reserved0, 0x04, 4),
                                         ORIEL_FIELD(AnswerPage, received_ns, 0x08, 8),
                                         ORIEL_FIELD(AnswerPage, sent_ns, 0x10, 8),
                                         ORIEL_FIELD(AnswerPage, messages_written, 0x18, 8),
                                         ORIEL_FIELD(AnswerPage, messages_read, 0x20, 8),
                                         ORIEL_FIELD(AnswerPage, instance, 0x28, 8),
                                         ORIEL_FIELD(AnswerPage, reserved1, 0x30, 16)));

INSTANTIATE_TEST_SUITE_P(MessageHeader,
                         Layout10,
                         testing::Values(ORIEL_FIELD(MessageHeader, type, 0x00, 4),
                                         ORIEL_FIELD(MessageHeader, length, 0x04, 4)));

INSTANTIATE_TEST_SUITE_P(ModeWanted,
                         Layout10,
                         testing::Values(ORIEL_FIELD(ModeWanted, output, 0x00, 4),
                                         ORIEL_FIELD(ModeWanted, width, 0x04, 4),
                                         ORIEL_FIELD(ModeWanted, height, 0x08, 4),
                                         ORIEL_FIELD(ModeWanted, refresh_mhz, 0x0C, 4)));

INSTANTIATE_TEST_SUITE_P(ModeAnswer,
                         Layout10,
                         testing::Values(ORIEL_FIELD(ModeAnswer, output, 0x00, 4),
                                         ORIEL_FIELD(ModeAnswer, accepted, 0x04, 4)));

INSTANTIATE_TEST_SUITE_P(WantedMode,
                         Layout10,
                         testing::Values(ORIEL_FIELD(WantedMode, width, 0x00, 4),
                                         ORIEL_FIELD(WantedMode, height, 0x04, 4),
                                         ORIEL_FIELD(WantedMode, refresh_mhz, 0x08, 4),
                                         ORIEL_FIELD(WantedMode, reserved, 0x0C, 4)));

INSTANTIATE_TEST_SUITE_P(BrokerPage,
                         Layout10,
                         testing::Values(ORIEL_FIELD(BrokerPage, mark, 0x00, 8),
                                         ORIEL_FIELD(BrokerPage, page_size, 0x08, 4),
                                         ORIEL_FIELD(BrokerPage, slots, 0x0C, 4),
                                         ORIEL_FIELD(BrokerPage, region_size, 0x10, 8),
                                         ORIEL_FIELD(BrokerPage, instance, 0x18, 8),
                                         ORIEL_FIELD(BrokerPage, reserved0, 0x20, 32),
                                         ORIEL_FIELD(BrokerPage, changes, 0x40, 8),
                                         ORIEL_FIELD(BrokerPage, publisher_connected, 0x48, 4),
                                         ORIEL_FIELD(BrokerPage, vm_connected, 0x4C, 4),
                                         ORIEL_FIELD(BrokerPage, viewers, 0x50, 4),
                                         ORIEL_FIELD(BrokerPage, reserved1, 0x54, 44),
                                         ORIEL_FIELD(BrokerPage, name, 0x80, 64),
                                         ORIEL_FIELD(BrokerPage, modes, 0xC0, 64),
                                         ORIEL_FIELD(BrokerPage, input_uri, 0x100, 256)));

TEST(Layout10Sizes, StandForEver) {
    EXPECT_EQ(sizeof(Table), 24U);
    EXPECT_EQ(sizeof(Root), 464U);
    EXPECT_EQ(sizeof(PublisherInfo), 320U);
    EXPECT_EQ(sizeof(SlotPlace), 16U);
    EXPECT_EQ(sizeof(Output), 448U);
    EXPECT_EQ(sizeof(FrameHeader), 256U);
    EXPECT_EQ(sizeof(DamageRect), 8U);
    EXPECT_EQ(sizeof(DamageEntry), 536U);
    EXPECT_EQ(sizeof(CursorShape), 64U);
    EXPECT_EQ(sizeof(CursorLine), 64U);
    EXPECT_EQ(sizeof(Cursor), 192U);
    EXPECT_EQ(sizeof(ViewerPage), 320U);
    EXPECT_EQ(sizeof(AnswerPage), 64U);
    EXPECT_EQ(sizeof(MessageHeader), 8U);
    EXPECT_EQ(sizeof(ModeWanted), 16U);
    EXPECT_EQ(sizeof(ModeAnswer), 8U);
    EXPECT_EQ(sizeof(WantedMode), 16U);
    EXPECT_EQ(sizeof(BrokerPage), 512U);
}

#undef ORIEL_FIELD

TEST(Layout10Constants, StandForEver) {
    EXPECT_EQ(kMagic, 0x314e474c4549524fU);
    EXPECT_EQ(kBrokerMark, 0x314b4f52424c524fU);
    EXPECT_EQ(kRootFromEnd, 0x1000U);
    EXPECT_EQ(kBrokerFromEnd, 0x2000U);
    EXPECT_EQ(kViewersFromEnd, 0x22000U);
    EXPECT_EQ(kViewerStride, 0x2000U);
    EXPECT_EQ(kAnswerStride, 0x2000U);
    EXPECT_EQ(kRingSize, 4096U);
    EXPECT_EQ(kMaxMessage, 1024U);
    EXPECT_EQ(kMaxOutputs, 4U);
    EXPECT_EQ(kMaxSlots, 16U);
    EXPECT_EQ(kMaxViewers, 16U);
    EXPECT_EQ(kHoldsPerOutput, 2U);
    EXPECT_EQ(kDamageLog, 64U);
    EXPECT_EQ(kFrameWordSlotBits, 8U);
    EXPECT_EQ(kHoldSlotBits, 8U);
}

TEST(Layout10Codes, StandForEver) {
    EXPECT_EQ(kFormatBgra8, 0x34325258U);
    EXPECT_EQ(kFormatRgba8, 0x34324258U);
    EXPECT_EQ(kFormatRgb10a2, 0x30334258U);
    EXPECT_EQ(kFormatRgba16f, 0x48344258U);
    EXPECT_EQ(kOutcomeWriting, 0U);
    EXPECT_EQ(kOutcomeFinished, 1U);
    EXPECT_EQ(kOutcomeAborted, 2U);
    EXPECT_EQ(kStateStarting, 1U);
    EXPECT_EQ(kStateLive, 2U);
    EXPECT_EQ(kStateWaiting, 3U);
    EXPECT_EQ(kStateEnded, 4U);
    EXPECT_EQ(kCursorColour, 1U);
    EXPECT_EQ(kCursorMasked, 2U);
    EXPECT_EQ(kCursorMonochrome, 3U);
    EXPECT_EQ(kViewerVisible, 1U);
    EXPECT_EQ(kViewerDoorbell, 2U);
    EXPECT_EQ(kViewerEarly, 4U);
    EXPECT_EQ(kMessageModeWanted, 1U);
    EXPECT_EQ(kMessageModeAnswer, 2U);
    EXPECT_EQ(kTablePublisher, 0U);
    EXPECT_EQ(kTableOutputs, 1U);
    EXPECT_EQ(kTableFrames, 2U);
    EXPECT_EQ(kTableDamage, 3U);
    EXPECT_EQ(kTableCursors, 4U);
    EXPECT_EQ(kTableAnswers, 5U);
    EXPECT_EQ(kTableViewers, 6U);
    EXPECT_EQ(kTableBroker, 7U);
}

}  // namespace
}  // namespace oriel::abi
