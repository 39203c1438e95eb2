// SPDX-License-Identifier: MIT
// Bytes of a frame that come after it was said to be whole.
#include "interop/looking_glass/late_bytes.h"

#include <array>
#include <cstring>

#include <gtest/gtest.h>

#include "interop/looking_glass/testing_rig.h"

namespace oriel::looking_glass {
namespace {

using mock::MockHost;
using mock::Picture;
using std::chrono::milliseconds;
using Wanted = Subscriber::Wanted;

class LateBytesTest : public testing::Test {
  protected:
    LateBytesTest() { rig_.settle(subscriber_); }

    void refresh() { subscriber_.refresh(rig_.now); }

    /// A frame was taken and given back after nothing of it could come late any more.
    void show_settled() {
        rig_.post(picture_);
        refresh();
        rig_.pass(milliseconds(20));
        refresh();
        ASSERT_FALSE(take_pixels(subscriber_).empty());
    }

    /// The last frame's last line is not in place, although it is counted; returns it.
    std::array<std::byte, 64> withhold_last_line(std::uint32_t block) {
        std::array<std::byte, 64> line{};
        std::memcpy(line.data(), last_line(block), line.size());
        std::memset(last_line(block), 0x5A, line.size());
        return line;
    }

    std::byte* last_line(std::uint32_t block) {
        return rig_.region.bytes().data() + rig_.host.frame_block(block) +
               MockHost::kPageAlignment + std::size_t{1280} * 200 - 64;
    }

    /// As a viewer that copies: into `screen`, what is damaged since frame `since`.
    std::uint64_t copy_news(std::span<std::byte> screen, std::uint64_t since) {
        const auto held = subscriber_.take(0, Wanted::Announced, since);
        EXPECT_TRUE(held);
        FrameCopy copy(subscriber_.reader(0), held->found, held->damage, screen);
        EXPECT_EQ(copy.step(), FrameCopy::Step::Complete);
        subscriber_.release(*held);
        return held->found.info.sequence;
    }

    bool is_picture(std::span<const std::byte> screen) const {
        return std::memcmp(screen.data(), picture_.colours().data(), screen.size()) == 0;
    }

    Rig rig_;
    LookingGlassSubscriber subscriber_{rig_.region.bytes(), LookingGlassSubscriber::Part::Takes};
    Picture picture_{mock::Format::Bgra, 320, 200};
};

TEST_F(LateBytesTest, AFrameWhoseLastBytesCameLateIsNewsOnceMore) {
    std::vector<std::byte> screen(std::size_t{1280} * 200);
    rig_.post(picture_);
    const auto line = withhold_last_line(0);
    refresh();
    const std::uint64_t first = copy_news(screen, 0);
    ASSERT_FALSE(is_picture(screen));
    std::memcpy(last_line(0), line.data(), line.size());
    refresh();
    EXPECT_FALSE(subscriber_.has_news(0, Wanted::Finished));

    rig_.pass(milliseconds(20));
    refresh();

    ASSERT_TRUE(subscriber_.has_news(0, Wanted::Finished));
    EXPECT_EQ(copy_news(screen, first), first);
    EXPECT_TRUE(is_picture(screen));
    EXPECT_FALSE(subscriber_.has_news(0, Wanted::Announced));
    EXPECT_EQ(rig_.host.queue(MockHost::kFrameQueue).count, 0U);
}

TEST_F(LateBytesTest, BytesThatCameLateAreInTheDamageOfTheNextFrame) {
    std::vector<std::byte> screen(std::size_t{1280} * 200);
    rig_.post(picture_);
    const auto line = withhold_last_line(0);
    refresh();
    const std::uint64_t first = copy_news(screen, 0);
    std::memcpy(last_line(0), line.data(), line.size());
    picture_.paint({7, 7, 5, 5}, 3);
    rig_.post(picture_);
    refresh();

    EXPECT_EQ(copy_news(screen, first), first + 1);

    EXPECT_TRUE(is_picture(screen));
}

TEST_F(LateBytesTest, LateBytesOfNarrowDamageAreInManyRows) {
    std::vector<std::byte> screen(std::size_t{1280} * 200);
    show_settled();
    picture_.paint({10, 20, 4, 150}, 3);
    rig_.post(picture_);
    refresh();
    const auto early = subscriber_.take(0, Wanted::Finished, 1);
    ASSERT_TRUE(early);
    subscriber_.release(*early);
    rig_.pass(milliseconds(20));
    refresh();

    const auto again = subscriber_.take(0, Wanted::Finished, 2);

    ASSERT_TRUE(again);
    EXPECT_TRUE(again->damage.covers({10, 150, 4, 20}));
    EXPECT_LT(again->damage.area(), 4U * 150U + 320U * 8U);
}

TEST_F(LateBytesTest, AFrameThatWasTakenSettledIsNoNewsAgain) {
    show_settled();
    rig_.pass(milliseconds(100));
    refresh();

    EXPECT_FALSE(subscriber_.has_news(0, Wanted::Finished));
}

}  // namespace
}  // namespace oriel::looking_glass
