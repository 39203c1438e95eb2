// SPDX-License-Identifier: MIT
#include "relay/mode_wish.h"

#include <cstring>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "abi/viewer.h"
#include "relay/relay_subscriber.h"
#include "relay/test_region.h"

namespace oriel {
namespace {

constexpr Nanoseconds kStart = std::chrono::seconds(1);
constexpr std::uint32_t kViewer = 5;

using Asked = Subscriber::Asked;

class ModeWishes : public testing::Test {
  protected:
    ModeWishes() {
        viewer_.tick(kStart);
        publisher_.survey(kStart);
    }

    TestRegion region_;
    Publisher publisher_ = region_.publish();
    RelaySubscriber viewer_{region_.bytes(), {.viewer = kViewer}};
};

TEST_F(ModeWishes, ReachThePublisherAndAreAnswered) {
    EXPECT_EQ(viewer_.want_mode(0, {1280, 720}, 60'000), Asked::Sent);

    const auto wish = publisher_.next_wish();
    ASSERT_TRUE(wish);
    EXPECT_EQ(*wish, (ModeWish{kViewer, 0, {1280, 720}, 60'000}));
    EXPECT_FALSE(publisher_.next_wish());
    EXPECT_FALSE(viewer_.mode_answer());

    publisher_.answer_wish(kViewer, 0, ModeAnswer::Accepted);
    const auto answer = viewer_.mode_answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->answer, ModeAnswer::Accepted);
    EXPECT_FALSE(viewer_.mode_answer());
}

TEST_F(ModeWishes, WakeAPublisherThatCannotBeRung) {
    EXPECT_FALSE(publisher_.board().has_news());
    viewer_.want_mode(0, {1280, 720}, 0);
    EXPECT_TRUE(publisher_.board().has_news());

    ASSERT_TRUE(publisher_.next_wish());

    EXPECT_FALSE(publisher_.board().has_news());
}

TEST_F(ModeWishes, OfSeveralViewersComeInTurn) {
    RelaySubscriber other(region_.bytes(), {.viewer = 9});
    other.tick(kStart);
    publisher_.survey(kStart);
    viewer_.want_mode(0, {1280, 720}, 0);
    viewer_.want_mode(0, {1024, 768}, 0);
    other.want_mode(0, {800, 600}, 0);

    EXPECT_EQ(publisher_.next_wish()->viewer, kViewer);
    EXPECT_EQ(publisher_.next_wish()->viewer, 9U);
    EXPECT_EQ(publisher_.next_wish()->size, (Size{1024, 768}));
}

TEST_F(ModeWishes, CannotBeAskedByAWatcherOrOfNobody) {
    RelaySubscriber watcher(region_.bytes(), {});
    watcher.refresh(kStart);
    EXPECT_EQ(watcher.want_mode(0, {800, 600}, 0), Asked::NotSupported);
    EXPECT_EQ(viewer_.want_mode(1, {800, 600}, 0), Asked::NotNow);
    TestRegion empty;
    RelaySubscriber alone(empty.bytes(), {.viewer = 0});
    alone.refresh(kStart);
    EXPECT_EQ(alone.want_mode(0, {800, 600}, 0), Asked::NotNow);
}

TEST_F(ModeWishes, ThatNobodyReadsFillTheRingAndHarmNobody) {
    int sent = 0;
    while (viewer_.want_mode(0, {800, 600}, 0) == Asked::Sent) {
        ASSERT_LE(++sent, 1000);
    }
    EXPECT_EQ(sent, 4096 / 24);

    ASSERT_TRUE(publisher_.next_wish());

    EXPECT_EQ(viewer_.want_mode(0, {800, 600}, 0), Asked::Sent);
}

/// Bytes of a message, as a viewer's program may put them there.
struct HostileWish {
    const char* name;
    abi::ModeWanted words;
    std::size_t length = sizeof(abi::ModeWanted);
    enum class Fate : std::uint8_t { Ignored, Refused, Taken } fate = Fate::Refused;
};

void PrintTo(const HostileWish& wish, std::ostream* out) {
    *out << wish.name;
}

class HostileWishes : public ModeWishes, public testing::WithParamInterface<HostileWish> {};

TEST_P(HostileWishes, ComeOutRefusedOrNotAtAll) {
    const HostileWish& hostile = GetParam();
    std::array<std::byte, 64> bytes{};
    std::memcpy(bytes.data(), &hostile.words, sizeof(hostile.words));
    viewer_.send(abi::kMessageModeWanted, std::span(bytes).first(hostile.length));

    const auto wish = publisher_.next_wish();

    EXPECT_EQ(wish.has_value(), hostile.fate == HostileWish::Fate::Taken);
    const auto answer = viewer_.mode_answer();
    ASSERT_EQ(answer.has_value(), hostile.fate == HostileWish::Fate::Refused);
    EXPECT_TRUE(!answer || answer->answer == ModeAnswer::Refused);
}

constexpr std::uint32_t kMax32 = ~0U;
using Fate = HostileWish::Fate;

INSTANTIATE_TEST_SUITE_P(
    Viewer,
    HostileWishes,
    testing::Values(
        HostileWish{"Nothing", {0, 0, 0, 0}},
        HostileWish{"NoHeight", {0, 640, 0, 0}},
        HostileWish{"TooNarrow", {0, 319, 200, 0}},
        HostileWish{"TooLow", {0, 320, 199, 0}},
        HostileWish{"TooWide", {0, 8193, 200, 0}},
        HostileWish{"TooHigh", {0, 320, 8193, 0}},
        HostileWish{"WrapsAround", {0, 0x10000, 0x10000, 0}},
        HostileWish{"AllOnes", {0, kMax32, kMax32, kMax32}},
        HostileWish{"TooFast", {0, 640, 480, 1'000'001}},
        HostileWish{"OtherOutput", {1, 640, 480, 0}, sizeof(abi::ModeWanted), Fate::Ignored},
        HostileWish{"NoOutput", {kMax32, 640, 480, 0}, sizeof(abi::ModeWanted), Fate::Ignored},
        HostileWish{"Short", {0, 640, 480, 0}, sizeof(abi::ModeWanted) - 1, Fate::Ignored},
        HostileWish{"Empty", {0, 640, 480, 0}, 0, Fate::Ignored},
        HostileWish{"OfALaterMinor", {0, 640, 480, 0}, 24, Fate::Taken},
        HostileWish{"Smallest", {0, 320, 200, 0}, sizeof(abi::ModeWanted), Fate::Taken},
        HostileWish{"Largest", {0, 8192, 8192, 1'000'000}, sizeof(abi::ModeWanted), Fate::Taken}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(ModeWishes, OfAViewerThatNeverStopsAreReadInPortions) {
    int read = 0;
    viewer_.want_mode(0, {800, 600}, 0);
    while (publisher_.next_wish()) {
        viewer_.want_mode(0, {800, 600}, 0);
        ASSERT_LE(++read, 1000);
    }
    EXPECT_EQ(read, static_cast<int>(ViewerBoard::kMailPerSurvey));

    publisher_.survey(kStart);

    EXPECT_TRUE(publisher_.next_wish());
}

TEST_F(ModeWishes, AnswersThatMakeNoSenseAreSkipped) {
    const auto say = [&](std::uint32_t type, abi::ModeAnswer words, std::size_t length) {
        const auto bytes = std::as_bytes(std::span(&words, 1)).first(length);
        publisher_.board().send(kViewer, type, bytes);
    };
    say(abi::kMessageModeAnswer, {0, 1}, 4);
    say(abi::kMessageModeAnswer, {1, 1}, 8);
    say(abi::kMessageModeAnswer, {kMax32, 1}, 8);
    say(99, {0, 1}, 8);
    say(abi::kMessageModeAnswer, {0, 2}, 8);

    const auto answer = viewer_.mode_answer();

    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->answer, ModeAnswer::Refused);
    EXPECT_FALSE(viewer_.mode_answer());
}

TEST_F(ModeWishes, ThatTheHostNotBlankItsScreenIsInTheStatus) {
    viewer_.refresh(kStart);
    EXPECT_FALSE(viewer_.status().wants_no_blanking);
    publisher_.set_idle_inhibit(true);
    viewer_.refresh(kStart);
    EXPECT_TRUE(viewer_.status().wants_no_blanking);
    publisher_.set_idle_inhibit(false);
    viewer_.refresh(kStart);
    EXPECT_FALSE(viewer_.status().wants_no_blanking);
}

}  // namespace
}  // namespace oriel
