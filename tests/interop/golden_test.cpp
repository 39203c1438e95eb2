// SPDX-License-Identifier: MIT
// A Looking Glass B7 region as the description of its format says, byte for byte: the file was made
// from its tables of offsets, by neither of the two programs here. The mock of the producer has to
// write these bytes, and the subscriber to find in each field what is there.
#include <cstring>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "golden/golden_state.h"
#include "interop/looking_glass/frame_message.h"
#include "interop/looking_glass/message_queue.h"
#include "interop/looking_glass/mock/mock_host.h"
#include "interop/looking_glass/pointer_message.h"
#include "interop/looking_glass/subscriber.h"
#include "interop/looking_glass/user_data.h"

namespace oriel::looking_glass {
namespace {

constexpr std::uint64_t kSize = 4U << 20U;
constexpr std::uint32_t kClient = 0xC11E7;

class GoldenB7 : public testing::Test {
  protected:
    void SetUp() override {
        std::ifstream file(ORIEL_INTEROP_DIR "/looking-glass-b7.hex");
        ASSERT_TRUE(read_golden(file, golden_.bytes()));
    }

    SharedWords words() { return SharedWords(golden_.bytes()); }

    MessageQueue find(std::uint32_t id) { return **MessageQueue::find(words(), id); }

    TestRegion golden_{kSize};
};

mock::FrameToPost golden_frame(const std::vector<std::byte>& pixels) {
    mock::FrameToPost frame;
    frame.header = {.format_ver = 3,
                    .frame_serial = 0,
                    .type = 1,
                    .screen_width = 640,
                    .screen_height = 480,
                    .data_width = 16,
                    .data_height = 8,
                    .frame_width = 16,
                    .frame_height = 8,
                    .rotation = 2,
                    .stride = 64,
                    .pitch = 256,
                    .offset = 0,
                    .damage_rects_count = 2,
                    .damage_rects = {{1, 2, 3, 4}, {5, 0, 11, 8}},
                    .flags = 9};
    frame.pixels = pixels;
    return frame;
}

TEST_F(GoldenB7, IsWhatTheMockWrites) {
    TestRegion written(kSize);
    mock::MockHost host(written.bytes());
    host.beat(5000);
    mock::HostDescription description{
        .version = "B7-golden", .uuid = {}, .capture = "DXGI", .system = "Windows 11"};
    for (std::size_t i = 0; i < description.uuid.size(); ++i) {
        description.uuid[i] = static_cast<std::uint8_t>(0xA0 + i);
    }
    host.start(0x11223344, description);
    for (const std::uint32_t id : {queue::kFrameId, queue::kPointerId}) {
        auto queue = MessageQueue::find(SharedWords(written.bytes()), id);
        ASSERT_TRUE(queue && *queue);
        ASSERT_EQ((*queue)->join(kClient), MessageQueue::Joined::Yes);
    }
    std::vector<std::byte> shape(16);
    std::vector<std::byte> pixels(std::size_t{8} * 256);
    for (std::size_t i = 0; i < shape.size(); ++i) {
        shape[i] = static_cast<std::byte>(i + 1);
    }
    for (std::size_t i = 0; i < pixels.size(); ++i) {
        pixels[i] = static_cast<std::byte>(i / 256 * 16 + i % 256);
    }
    ASSERT_TRUE(host.post_pointer(
        7,
        {.x = -12, .y = 345, .type = 0, .hx = 1, .hy = -1, .width = 2, .height = 2, .pitch = 8},
        shape));
    ASSERT_TRUE(host.post_frame(golden_frame(pixels)));
    host.finish_frame();

    for (std::size_t at = 0; at < kSize; ++at) {
        ASSERT_EQ(written.bytes()[at], golden_.bytes()[at]) << "offset " << at;
    }
}

TEST_F(GoldenB7, TellsItsGuest) {
    std::vector<std::byte> bytes(*words().load(header::kUserDataSize));
    ASSERT_TRUE(words().copy_out(header::kUserData, bytes));

    const auto info = parse_user_data(bytes);

    ASSERT_TRUE(info);
    EXPECT_EQ(info->format_version, 20U);
    EXPECT_EQ(info->producer, "B7-golden");
    EXPECT_EQ(info->uuid, "a0a1a2a3-a4a5-a6a7-a8a9-aaabacadaeaf");
    EXPECT_EQ(info->capture, "DXGI");
    EXPECT_EQ(info->system, "Windows 11");
}

TEST_F(GoldenB7, TellsItsFrame) {
    const auto posted = find(queue::kFrameId).latest();
    ASSERT_TRUE(posted && *posted);
    EXPECT_EQ((*posted)->pending, 1U);

    const auto frame = read_frame_message(words(), (*posted)->offset);

    ASSERT_TRUE(frame) << describe(frame.error());
    EXPECT_EQ(frame->serial, 1U);
    EXPECT_EQ(frame->format_version, 3U);
    EXPECT_EQ(frame->info.geometry, (FrameGeometry{{16, 8}, 256, PixelFormat::Bgra8, 2}));
    EXPECT_EQ(frame->screen, (Size{640, 480}));
    EXPECT_EQ(frame->info.colour.primaries, abi::kPrimariesBt2020);
    EXPECT_EQ(frame->damage.area(), 12U + 88U);
    EXPECT_TRUE(frame->damage.covers({5, 0, 11, 8}));
    EXPECT_EQ(frame->region_needed, 0U);
    EXPECT_EQ(frame->bytes_to_come, *words().load(frame->pixel_offset - 4));
    EXPECT_EQ(golden_.bytes()[frame->pixel_offset + 256 + 3], std::byte{19});
}

TEST_F(GoldenB7, TellsItsPointer) {
    const auto posted = find(queue::kPointerId).latest();
    ASSERT_TRUE(posted && *posted);
    PointerFollower pointer;

    ASSERT_TRUE(pointer.take(words(), **posted));

    const CursorNews news = pointer.news({});
    // Its hot spot is a row above the shape: the shape is drawn where it was all the same.
    EXPECT_EQ(news.position, (CursorPosition{-11, 345, CursorPosition::Visibility::Shown}));
    ASSERT_TRUE(news.image);
    EXPECT_EQ(news.image->size, (Size{2, 2}));
    EXPECT_EQ(news.image->hot_x, 1U);
    EXPECT_EQ(news.image->hot_y, 0U);
    EXPECT_EQ(news.image->pixels[3], std::byte{4});
    EXPECT_EQ(news.image->pixels[15], std::byte{16});
}

TEST_F(GoldenB7, TakesASecondSubscriberWhereTheFormatHasIt) {
    MessageQueue queue = find(queue::kFrameId);
    EXPECT_EQ(queue.members(), 1U);

    ASSERT_EQ(queue.join(0xBEEF), MessageQueue::Joined::Yes);

    EXPECT_EQ(golden_.get<std::uint32_t>(32 + 284), 0xBEEFU);
    EXPECT_EQ(golden_.get<std::uint64_t>(32 + 416), 0x3'0000'0000U);
    EXPECT_EQ(golden_.get<std::uint32_t>(32 + 8), 2U);
    EXPECT_EQ(golden_.get<std::uint32_t>(32 + 408), 0U);
    queue.leave();
    EXPECT_EQ(golden_.get<std::uint64_t>(32 + 416), 0x1'0000'0000U);
    EXPECT_EQ(golden_.get<std::uint32_t>(32 + 284), 0U);
}

}  // namespace
}  // namespace oriel::looking_glass
