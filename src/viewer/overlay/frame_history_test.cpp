// SPDX-License-Identifier: MIT
#include "viewer/overlay/frame_history.h"

#include <limits>

#include <gtest/gtest.h>

namespace oriel {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Nanoseconds kStart = seconds(100);
constexpr std::uint64_t kPicture = 1000;

ShownFrame frame(std::uint64_t sequence, Nanoseconds shown) {
    return {.sequence = sequence,
            .damaged_pixels = 100,
            .publishers = {},
            .taken = shown - milliseconds(1),
            .shown = shown};
}

/// 50 a second, each the `every`th that the guest published.
FrameHistory steady(int count, std::uint64_t every = 1) {
    FrameHistory history;
    for (int i = 0; i < count; ++i) {
        history.add(frame(1 + static_cast<std::uint64_t>(i) * every, kStart + i * milliseconds(20)),
                    kPicture);
    }
    return history;
}

TEST(FrameHistory, CountsWhatWasShownAndWhatTheGuestPublished) {
    const FrameHistory history = steady(200, 3);

    const auto rates = history.rates(*history.newest());

    EXPECT_EQ(rates.shown, 50);
    EXPECT_EQ(rates.published, 150);
    EXPECT_EQ(rates.damaged_pixels, 50 * 100);
    EXPECT_NEAR(rates.share, 0.1, 1e-9);
}

TEST(FrameHistory, FallsToNothingOnceTheFramesStop) {
    const FrameHistory history = steady(200);
    const Nanoseconds last = *history.newest();
    const auto silent = history.silent_from(last);

    ASSERT_EQ(silent, last + FrameHistory::kRateSpan);
    EXPECT_GT(history.rates(*silent - milliseconds(30)).shown, 0);
    EXPECT_EQ(history.rates(*silent).shown, 0);
    EXPECT_EQ(history.rates(*silent).published, 0);
    EXPECT_FALSE(history.silent_from(*silent));
}

TEST(FrameHistory, KnowsNothingAtFirst) {
    const FrameHistory history;

    EXPECT_FALSE(history.newest());
    EXPECT_FALSE(history.silent_from(kStart));
    EXPECT_EQ(history.rates(kStart).shown, 0);
}

TEST(FrameHistory, KeepsTenSeconds) {
    const FrameHistory history = steady(5000);

    EXPECT_EQ(history.frames().size(), 501U);
    EXPECT_EQ(*history.newest() - history.frames().front().times.shown, FrameHistory::kSpan);
}

TEST(FrameHistory, IsBoundedHoweverFastTheyCome) {
    FrameHistory history;
    for (std::uint64_t i = 1; i < 20'000; ++i) {
        history.add(frame(i, kStart + Nanoseconds(static_cast<std::int64_t>(i))), kPicture);
    }

    EXPECT_EQ(history.frames().size(), 4096U);
    EXPECT_EQ(history.frames().back().times.sequence, 19'999U);
}

TEST(FrameHistory, AnotherSessionCountsFromItsBeginning) {
    FrameHistory history = steady(10);
    history.add(frame(1, kStart + milliseconds(200)), kPicture);
    history.add(frame(2, kStart + milliseconds(220)), kPicture);

    EXPECT_EQ(history.frames()[10].published, 1U);
    EXPECT_EQ(history.frames()[11].published, 1U);
}

TEST(FrameHistory, TheSameFrameAgainIsNotPublishedAgain) {
    FrameHistory history = steady(10);
    history.add(frame(10, kStart + milliseconds(200)), kPicture);

    EXPECT_EQ(history.frames().back().published, 0U);
}

TEST(FrameHistory, BoundsWhatAPublisherClaims) {
    FrameHistory history = steady(2);
    ShownFrame hostile = frame(std::numeric_limits<std::uint64_t>::max(), kStart + seconds(1));
    hostile.damaged_pixels = std::numeric_limits<std::uint64_t>::max();
    history.add(hostile, 0);
    history.add(hostile, kPicture);

    EXPECT_EQ(history.frames()[2].published, 10'000U);
    EXPECT_EQ(history.frames()[2].share, 0);
    EXPECT_EQ(history.frames()[3].share, 1);
}

TEST(FrameStages, AreTheTimesBetweenAFramesMoments) {
    ShownFrame whole = frame(1, kStart);
    whole.publishers = {.changed = kStart - milliseconds(6),
                        .captured = kStart - milliseconds(4),
                        .error = Nanoseconds(0)};

    EXPECT_EQ(capture_time(whole), milliseconds(2));
    EXPECT_EQ(relay_time(whole), milliseconds(3));
    EXPECT_EQ(show_time(whole), milliseconds(1));
    EXPECT_EQ(total_time(whole), milliseconds(6));
}

TEST(FrameStages, AreUnknownWithoutAClockOrSense) {
    EXPECT_FALSE(capture_time(frame(1, kStart)));
    EXPECT_FALSE(total_time(frame(1, kStart)));
    ShownFrame hostile = frame(1, kStart);
    hostile.publishers = {.changed = Nanoseconds(std::numeric_limits<std::int64_t>::min()),
                          .captured = kStart + seconds(5),
                          .error = Nanoseconds(0)};

    EXPECT_FALSE(capture_time(hostile));
    EXPECT_FALSE(relay_time(hostile));
    EXPECT_FALSE(total_time(hostile));
}

}  // namespace
}  // namespace oriel
