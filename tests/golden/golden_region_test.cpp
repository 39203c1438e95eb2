// SPDX-License-Identifier: MIT
// A region as each released minor wrote it, read with today's code. The files are kept for ever:
// a change that breaks one of these tests breaks somebody's guest. Never change a file; a new minor
// adds one (build make_golden_region) and a test beside those that are here.
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "abi/broker.h"
#include "golden/golden_state.h"
#include "relay/frame_copy.h"
#include "relay/relay_subscriber.h"

namespace oriel {
namespace {

std::string path_of(const std::string& name) {
    return std::string(ORIEL_GOLDEN_DIR) + "/" + name;
}

/// As 1.0 left it on disk.
class Region10 : public testing::Test {
  protected:
    void SetUp() override {
        std::ifstream file(path_of("region-1.0.hex"));
        ASSERT_TRUE(read_golden(file, region_.bytes()));
        subscriber_.refresh(Nanoseconds(0));
    }

    Result<HeldFrame, RegionFault> take(FrameReader::Wanted wanted, std::uint64_t since) {
        return subscriber_.take(0, wanted, since);
    }

    TestRegion region_;
    RelaySubscriber subscriber_{region_.bytes(), {}};
};

TEST_F(Region10, TellsItsPublisher) {
    const SessionStatus& status = subscriber_.status();

    EXPECT_EQ(status.state, SessionStatus::State::Live);
    EXPECT_EQ(status.versions.major, 1U);
    EXPECT_EQ(status.versions.minor, 0U);
    EXPECT_EQ(status.agent, "golden-agent 1.0");
    EXPECT_EQ(status.host_name, "golden-guest");
    EXPECT_EQ(status.source, "golden source");
    EXPECT_EQ(status.process, 4321U);
    EXPECT_EQ(status.clock_domain, 0xC10CU);
    EXPECT_EQ(status.frames, 3U);
    EXPECT_EQ(status.attached, 4U);
    EXPECT_EQ(status.reason, abi::kReasonNone);
    EXPECT_EQ(SessionView::peek(region_.shared()).epoch, 0x1111222233334444U);
    EXPECT_EQ(SessionView::peek(region_.shared()).nonce, 0x5555666677778888U);
}

TEST_F(Region10, TellsItsOutputs) {
    ASSERT_EQ(subscriber_.outputs().size(), 1U);
    const OutputPlaces& output = subscriber_.outputs()[0];

    EXPECT_EQ(output.id, 7U);
    EXPECT_EQ(output.name, "GOLD-1");
    EXPECT_EQ(output.refresh_mhz, 59'940U);
    EXPECT_EQ(output.x, -1920);
    EXPECT_EQ(output.y, 40);
    ASSERT_EQ(output.slots.size(), 3U);
    EXPECT_EQ(output.slots[2].offset, 131'072U);
    EXPECT_EQ(output.slots[2].capacity, 65'536U);
}

TEST_F(Region10, TellsItsNewestFrame) {
    const auto held = take(FrameReader::Wanted::Finished, 0);

    ASSERT_TRUE(held);
    const FrameInfo& info = held->found.info;
    EXPECT_EQ(info.sequence, 4U);
    EXPECT_EQ(info.geometry, (FrameGeometry{{16, 8}, 256, PixelFormat::Bgra8, 0}));
    EXPECT_EQ(info.crop, (Rect{0, 0, 16, 8}));
    EXPECT_EQ(info.content_type, abi::kContentGame);
    EXPECT_EQ(info.flags, 0U);
    EXPECT_EQ(info.times.vblank, Nanoseconds(1001));
    EXPECT_EQ(info.times.capture_start, Nanoseconds(1002));
    EXPECT_EQ(info.times.announced, Nanoseconds(1004));
    EXPECT_EQ(info.times.finished, Nanoseconds(1004));
}

TEST_F(Region10, TellsItsColours) {
    const ColourInfo colour = take(FrameReader::Wanted::Finished, 0)->found.info.colour;

    EXPECT_EQ(colour.primaries, abi::kPrimariesBt709);
    EXPECT_EQ(colour.transfer, abi::kTransferSrgb);
    EXPECT_EQ(colour.sdr_white_millinits, 203'000U);
    EXPECT_EQ(colour.hdr_primaries[0], 34'000U);
    EXPECT_EQ(colour.hdr_primaries[7], 16'450U);
    EXPECT_EQ(colour.hdr_max_millinits, 1'000'000U);
    EXPECT_EQ(colour.hdr_min_millinits, 5U);
    EXPECT_EQ(colour.hdr_max_cll, 900U);
    EXPECT_EQ(colour.hdr_max_fall, 400U);
}

TEST_F(Region10, HoldsItsPixels) {
    const auto held = take(FrameReader::Wanted::Finished, 0);
    ASSERT_TRUE(held);
    std::vector<std::byte> copy(static_cast<std::size_t>(held->found.info.geometry.bytes()));
    FrameCopy frame_copy(subscriber_.reader(0), held->found, held->damage, copy);
    ASSERT_EQ(frame_copy.step(), FrameCopy::Step::Complete);

    std::uint32_t pixel = 0;
    std::memcpy(&pixel, copy.data() + 7 * 256 + 15 * 4, sizeof(pixel));

    EXPECT_EQ(pixel, 127U * 0x10101);
}

TEST_F(Region10, RemembersDamage) {
    const auto since_two = take(FrameReader::Wanted::Finished, 2)->damage;
    subscriber_.retake(0);
    const auto since_one = take(FrameReader::Wanted::Finished, 1)->damage;

    ASSERT_EQ(since_two.rects().size(), 2U);
    EXPECT_EQ(since_two.rects()[0], (Rect{0, 0, 1, 1}));
    EXPECT_EQ(since_two.rects()[1], (Rect{5, 5, 5, 3}));
    ASSERT_EQ(since_one.rects().size(), 4U);
    EXPECT_EQ(since_one.rects()[1], (Rect{10, 0, 2, 8}));
}

TEST_F(Region10, TellsTheFrameThatIsBeingWritten) {
    const auto held = take(FrameReader::Wanted::Announced, 4);

    ASSERT_TRUE(held);
    EXPECT_EQ(held->found.info.sequence, 5U);
    EXPECT_EQ(held->damage.bounds(), (Rect{0, 0, 16, 4}));
    const FrameProgress progress = subscriber_.reader(0).progress(held->found);
    EXPECT_EQ(progress.outcome, FrameProgress::Outcome::Writing);
    EXPECT_EQ(progress.rows, 3U);
}

TEST_F(Region10, ShowsItsCursor) {
    const auto news = subscriber_.cursor_news(0);

    ASSERT_TRUE(news && news->image && news->position);
    EXPECT_EQ(*news->position, (CursorPosition{-3, 5, CursorPosition::Visibility::Shown}));
    EXPECT_EQ(news->image->kind, CursorKind::Masked);
    EXPECT_EQ(news->image->size, (Size{4, 3}));
    EXPECT_EQ(news->image->stride, 16U);
    EXPECT_EQ(news->image->hot_x, 1U);
    EXPECT_EQ(news->image->hot_y, 2U);
    EXPECT_EQ(news->image->pixels, std::vector<std::byte>(48, std::byte{0x5A}));
}

TEST_F(Region10, AnswersItsViewer) {
    const SharedBytes shared = region_.shared();
    SessionView::Versions versions;
    const auto view = SessionView::read(shared, versions);
    ASSERT_TRUE(view);

    const auto answer = view->copy_element<abi::AnswerPage>(shared, abi::kTableAnswers, 2);
    MessageReader reader(
        *shared.slice(view->element(abi::kTableAnswers, 2) + abi::kPage, abi::kRingSize));
    const auto message = reader.read(answer.messages_written);

    EXPECT_EQ(answer.pong_id, 6U);
    EXPECT_EQ(answer.received_ns, 1020U);
    EXPECT_EQ(answer.sent_ns, 1020U);
    EXPECT_EQ(answer.messages_read, 24U);
    EXPECT_EQ(answer.instance, 0x1257A9CEU);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->type, abi::kMessageModeAnswer);
    EXPECT_EQ(message->length, 8U);
}

/// A publisher of today among viewers of then.
TEST_F(Region10, HasAViewerThatTodaysPublisherUnderstands) {
    Publisher publisher = region_.publish(3, 0x5555666677778888 - TestRegion::kNonce);

    const Audience& audience = publisher.survey(Nanoseconds(0));
    const auto holds = publisher.board().holds(0, Nanoseconds(0));
    const auto mail = publisher.board().next_message();

    EXPECT_EQ(audience.attached, 4U);
    EXPECT_EQ(audience.visible, 4U);
    EXPECT_EQ(audience.doorbell, 4U);
    EXPECT_EQ(audience.refresh_mhz, 144'000U);
    EXPECT_EQ(audience.refresh_phase, Nanoseconds(6000));
    ASSERT_EQ(holds.all().size(), 1U);
    EXPECT_EQ(holds.all()[0].slot, 1U);
    EXPECT_EQ(holds.all()[0].generation, 2U);
    EXPECT_EQ(holds.all()[0].seen, 2U);
    ASSERT_TRUE(mail);
    EXPECT_EQ(mail->viewer, 2U);
    EXPECT_EQ(mail->message.type, abi::kMessageModeWanted);
    EXPECT_EQ(mail->message.length, sizeof(abi::ModeWanted));
}

TEST_F(Region10, HasABrokersPage) {
    const auto page = region_.shared().copy<abi::BrokerPage>(region_.broker());

    EXPECT_EQ(page->mark, abi::kBrokerMark);
    EXPECT_EQ(page->slots, 3U);
    EXPECT_EQ(page->instance, 0xB0B0U);
    EXPECT_EQ(page->vm_connected, 1U);
    EXPECT_EQ(page->viewers, 4U);
    EXPECT_STREQ(page->name, "golden");
    EXPECT_EQ(page->modes[0].refresh_mhz, 60'000U);
    EXPECT_STREQ(page->input_uri, "spice:unix");
}

/// Whoever changes what is written has to mean it: raise the minor, and add a file.
TEST(GoldenRegion, IsWhatTodaysPublisherWrites) {
    TestRegion region;
    make_golden_state(region);
    std::ostringstream today;
    write_golden(today, region.bytes());

    std::ifstream file(path_of("region-" + std::to_string(abi::kMajor) + "." +
                               std::to_string(abi::kMinor) + ".hex"));
    std::ostringstream golden;
    golden << file.rdbuf();

    EXPECT_EQ(today.str(), golden.str());
}

}  // namespace
}  // namespace oriel
