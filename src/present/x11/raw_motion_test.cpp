// SPDX-License-Identifier: MIT
#include "present/x11/raw_motion.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

constexpr std::int64_t kOne = MotionSum::kOne;

TEST(MotionAxis, OfAMouseIsWhatItSays) {
    MotionAxis axis;

    EXPECT_EQ(axis.counts(-7 * kOne), -7 * kOne);
}

TEST(MotionAxis, OfATabletIsTheWayBetweenTwoPlaces) {
    MotionAxis axis{.kind = MotionAxis::Kind::Absolute, .scale = 0.5};

    EXPECT_EQ(axis.counts(1000 * kOne), 0);
    EXPECT_EQ(axis.counts(1010 * kOne), 5 * kOne);
    EXPECT_EQ(axis.counts(1004 * kOne), -3 * kOne);
}

}  // namespace
}  // namespace oriel
