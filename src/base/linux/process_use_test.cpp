// SPDX-License-Identifier: MIT
#include "base/linux/process_use.h"

#include <ctime>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

namespace oriel {
namespace {

void compute(Nanoseconds time) {
    const auto used = [] {
        return use_of(::getpid()).value_or(ProcessUse()).cpu;
    };
    const Nanoseconds start = used();
    const Nanoseconds give_up = monotonic_now() + std::chrono::seconds(60);
    while (used() - start < time && monotonic_now() < give_up) {}
}

TEST(UseOf, CountsTheTimeAProcessComputed) {
    const auto before = use_of(::getpid());
    std::clock_t ticks = std::clock();

    compute(std::chrono::milliseconds(50));

    ticks = std::clock() - ticks;
    const auto after = use_of(::getpid());
    ASSERT_TRUE(before && after);
    EXPECT_GE(after->cpu - before->cpu, std::chrono::milliseconds(50));
    EXPECT_GE(ticks, CLOCKS_PER_SEC / 25);
}

TEST(UseOf, CountsThreadsThatHaveEnded) {
    const auto before = use_of(::getpid());

    std::thread([] { compute(std::chrono::milliseconds(20)); }).join();

    const auto after = use_of(::getpid());
    ASSERT_TRUE(before && after);
    EXPECT_GE(after->cpu - before->cpu, std::chrono::milliseconds(20));
}

TEST(UseOf, CountsContextSwitches) {
    const auto before = use_of(::getpid());
    for (int i = 0; i < 20; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }

    const auto after = use_of(::getpid());

    ASSERT_TRUE(before && after);
    EXPECT_GE(after->waits - before->waits, 20U);
}

TEST(UseOf, KnowsNothingOfAProcessThatIsNotThere) {
    const auto use = use_of(-5);

    ASSERT_FALSE(use);
    EXPECT_EQ(use.error().kind, ErrorKind::NotFound);
}

}  // namespace
}  // namespace oriel
