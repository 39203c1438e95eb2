// SPDX-License-Identifier: MIT
#include "host/bench/bench.h"

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "host/bench/bench_list.h"
#include "host/bench/bench_process.h"
#include "host/bench/bench_supervisor.h"
#include "host/demo/statistics.h"

namespace oriel {
namespace {

constexpr Nanoseconds kLong = std::chrono::seconds(20);

TEST(RunBench, RefusesANameThereIsNot) {
    EXPECT_EQ(run_bench({.names = {"relay-5k"}, .output = BenchOptions::Output::Json}), 2);
}

TEST(BenchSupervisor, TellsWhatTheWorkReturned) {
    auto supervisor = BenchSupervisor::create();
    ASSERT_TRUE(supervisor);

    const auto ended = supervisor->run([] { return 3; });

    EXPECT_EQ(ended.outcome, BenchSupervisor::Outcome::Returned);
    EXPECT_EQ(ended.code, 3);
}

TEST(BenchSupervisor, TellsTheSignalTheWorkDiedOf) {
    auto supervisor = BenchSupervisor::create();
    ASSERT_TRUE(supervisor);

    const auto ended = supervisor->run([] { return ::raise(SIGKILL); });

    EXPECT_EQ(ended.outcome, BenchSupervisor::Outcome::Died);
    EXPECT_EQ(ended.code, SIGKILL);
}

TEST(BenchSupervisor, EndsWhatTheWorkLeavesRunning) {
    auto supervisor = BenchSupervisor::create();
    ASSERT_TRUE(supervisor);
    const BenchShared<pid_t> left;

    supervisor->run([&] {
        const pid_t child = ::fork();
        if (child == 0) {
            ::pause();
        }
        *left = child;
        return 0;
    });

    ASSERT_GT(*left, 0);
    EXPECT_EQ(::kill(*left, 0), -1);
}

TEST(BenchSupervisor, GivesTheWorkARuntimeFolderAndRemovesIt) {
    const BenchShared<std::array<char, 256>> folder;
    {
        auto supervisor = BenchSupervisor::create();
        ASSERT_TRUE(supervisor);

        const auto ended = supervisor->run([&] {
            const std::string path = std::getenv("XDG_RUNTIME_DIR");  // NOLINT
            path.copy(folder->data(), folder->size() - 1);
            return std::filesystem::is_directory(path) ? 0 : 1;
        });

        EXPECT_EQ(ended.code, 0);
    }
    EXPECT_FALSE(std::filesystem::exists(folder->data()));
}

TEST(BenchFork, FailsWhereItsProcessFails) {
    auto fork = BenchFork::start([] { return 1; });
    ASSERT_TRUE(fork);

    EXPECT_FALSE(fork->wait(kLong));
}

TEST(BenchFork, SharesWhatIsShared) {
    const BenchShared<int> number;
    auto fork = BenchFork::start([&] {
        *number = 7;
        return 0;
    });
    ASSERT_TRUE(fork);

    EXPECT_TRUE(fork->wait(kLong));
    EXPECT_EQ(*number, 7);
}

TEST(PercentileOf, PicksTheValueBelowWhichThatManyLie) {
    EXPECT_EQ(percentile_of({5, 1, 4, 2, 3}, 0.5), 3);
    EXPECT_EQ(percentile_of({5, 1, 4, 2, 3}, 0.0), 1);
    EXPECT_EQ(percentile_of({5, 1, 4, 2, 3}, 1.0), 5);
    EXPECT_EQ(percentile_of({}, 0.5), 0);
}

}  // namespace
}  // namespace oriel
