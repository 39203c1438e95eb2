// SPDX-License-Identifier: MIT
#include "base/samples.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

TEST(Samples, HasNoPercentileBeforeTheFirst) {
    EXPECT_FALSE(Samples().percentile(0.5));
}

TEST(Samples, FindsPercentilesWhateverTheOrder) {
    Samples samples;
    for (int i = 100; i >= 0; --i) {
        samples.add(Nanoseconds(i));
    }

    EXPECT_EQ(samples.percentile(0.5), Nanoseconds(50));
    EXPECT_EQ(samples.percentile(0.99), Nanoseconds(99));
    EXPECT_EQ(samples.percentile(1.0), Nanoseconds(100));
}

TEST(Samples, LeavesOutWhatNoClockCanMean) {
    Samples samples;

    samples.add(Nanoseconds(-1));
    samples.add(std::chrono::hours(1));

    EXPECT_EQ(samples.size(), 0U);
    EXPECT_EQ(samples.implausible(), 2U);
}

}  // namespace
}  // namespace oriel
