// SPDX-License-Identifier: MIT
#include "base/clock.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace oriel {
namespace {

TEST(MonotonicNow, NeverGoesBack) {
    const Nanoseconds first = monotonic_now();
    const Nanoseconds second = monotonic_now();

    EXPECT_GT(first.count(), 0);
    EXPECT_GE(second, first);
}

TEST(ClockDomain, IsTheSameInAnotherProcessOfThisMachine) {
    const std::uint64_t ours = clock_domain();

    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(clock_domain() == ours ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);

    EXPECT_NE(ours, 0U);
    EXPECT_EQ(status, 0);
}

TEST(RandomU64, DiffersEachTimeAndIsNeverZero) {
    const std::uint64_t first = random_u64();

    EXPECT_NE(first, 0U);
    EXPECT_NE(random_u64(), first);
}

}  // namespace
}  // namespace oriel
