// SPDX-License-Identifier: MIT
#include "present/x11/refresh.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Nanoseconds kStart = seconds(1000);

TEST(RefreshEstimate, IsUnknownAtFirst) {
    RefreshEstimate estimate;

    estimate.add(100, kStart, kStart);

    EXPECT_EQ(estimate.value().mhz, 0U);
}

TEST(RefreshEstimate, ComesFromTwoRefreshes) {
    RefreshEstimate estimate;
    const Nanoseconds later = kStart + microseconds(166'667 * 6);

    estimate.add(100, kStart, kStart);
    estimate.add(160, later, later);

    EXPECT_NEAR(estimate.value().mhz, 60'000, 1);
    EXPECT_EQ(estimate.value().phase, later);
}

TEST(RefreshEstimate, StaysWhereTheSameRefreshIsToldAgain) {
    RefreshEstimate estimate;
    estimate.add(100, kStart, kStart);
    estimate.add(110, kStart + milliseconds(100), kStart + milliseconds(100));

    estimate.add(110, kStart + milliseconds(100), kStart + milliseconds(101));

    EXPECT_EQ(estimate.value().mhz, 100'000U);
}

TEST(RefreshEstimate, StartsAnewWhereTheCountGoesBack) {
    RefreshEstimate estimate;
    estimate.add(100, kStart, kStart);
    estimate.add(110, kStart + milliseconds(100), kStart + milliseconds(100));

    estimate.add(5, kStart + milliseconds(110), kStart + milliseconds(110));
    EXPECT_EQ(estimate.value().mhz, 0U);

    estimate.add(15, kStart + milliseconds(310), kStart + milliseconds(310));
    EXPECT_EQ(estimate.value().mhz, 50'000U);
}

TEST(RefreshEstimate, DistrustsPeriodsNoDisplayHas) {
    RefreshEstimate estimate;
    estimate.add(100, kStart, kStart);

    estimate.add(101, kStart + seconds(1), kStart + seconds(1));

    EXPECT_EQ(estimate.value().mhz, 0U);
}

TEST(RefreshEstimate, DistrustsAClockThatIsNotOurs) {
    RefreshEstimate estimate;
    estimate.add(100, kStart, kStart);

    estimate.add(110, milliseconds(100), kStart + milliseconds(100));

    EXPECT_EQ(estimate.value().mhz, 0U);
}

TEST(RefreshAfter, IsTheNextOneOfTheSeries) {
    const Presenter::Refresh refresh{50'000, kStart};

    EXPECT_EQ(refresh_after(refresh, kStart), kStart + milliseconds(20));
    EXPECT_EQ(refresh_after(refresh, kStart + milliseconds(19)), kStart + milliseconds(20));
    EXPECT_EQ(refresh_after(refresh, kStart + milliseconds(2001)), kStart + milliseconds(2020));
    EXPECT_EQ(refresh_after(refresh, kStart - milliseconds(5)), kStart);
}

TEST(RefreshAfter, IsUnknownWithoutAMomentOrARate) {
    EXPECT_FALSE(refresh_after({50'000, Nanoseconds(0)}, kStart));
    EXPECT_FALSE(refresh_after({0, kStart}, kStart));
}

}  // namespace
}  // namespace oriel
