// SPDX-License-Identifier: MIT
// kill -9 of each program at random moments, again and again: the rest goes on, and what comes
// back picks up where the dead one was.

#include <cstdlib>
#include <iostream>
#include <optional>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "faults/programs.h"

namespace oriel::testing_support {
namespace {

// "Pixels right within 2 s of the killed one's return": of its being up again.
constexpr Nanoseconds kLimit = std::chrono::seconds(2);
const PatternOptions kPattern{{640, 480}, 60, PatternChange::Full, {64, 64}};

unsigned from_environment(const char* name, unsigned otherwise) {
    const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
    return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

class KillTest : public testing::Test {
  protected:
    void SetUp() override {
        auto server = test::XServer::start(kPattern.size);
        ASSERT_TRUE(server) << server.error().message;
        server_.emplace(std::move(*server));
        screen_.emplace(server_->display(), kPattern);
        broker_.emplace(start_broker());
        agent_.emplace(start_agent("640x480@60,full"));
        viewer_.emplace(start_viewer(server_->display()));
    }

    void kill_and_restart(unsigned victim) {
        switch (victim) {
        case 0:
            kill(*agent_);
            agent_.emplace(start_agent("640x480@60,full"));
            return;
        case 1:
            kill(*broker_);
            broker_.emplace(start_broker());
            return;
        default:
            kill(*viewer_);
            viewer_.emplace(start_viewer(server_->display()));
            return;
        }
    }

    /// It is gone afterwards, for a moment more or less.
    void kill(ChildProgram& program) {
        program.send(SIGKILL);
        EXPECT_TRUE(program.wait(kLimit));
        pause(200);
    }

    void pause(unsigned most_ms) {
        std::this_thread::sleep_for(std::chrono::milliseconds(random_() % most_ms));
    }

    RuntimeFolder folder_;
    std::mt19937 random_;
    std::optional<test::XServer> server_;
    std::optional<PatternScreen> screen_;
    std::optional<ChildProgram> broker_;
    std::optional<ChildProgram> agent_;
    std::optional<ChildProgram> viewer_;
};

TEST_F(KillTest, WhoeverIsKilledThePictureIsRightAgainSoonAfterItsReturn) {
    const unsigned seed = from_environment("ORIEL_SEED", std::random_device()());
    const unsigned rounds = from_environment("ORIEL_KILL_ROUNDS", 20);
    std::cout << "seed " << seed << ", " << rounds << " rounds\n";
    random_.seed(seed);
    ASSERT_TRUE(screen_->shows_frame_after(Nanoseconds(0), kLimit));

    for (unsigned round = 0; round < rounds; ++round) {
        pause(300);
        const unsigned victim = round % 3;
        kill_and_restart(victim);
        const Nanoseconds returned = monotonic_now();

        ASSERT_TRUE(screen_->shows_frame_after(returned, kLimit))
            << "round " << round << ", victim " << victim;
        ASSERT_FALSE(agent_->has_ended()) << "round " << round;
        ASSERT_FALSE(broker_->has_ended()) << "round " << round;
        ASSERT_FALSE(viewer_->has_ended()) << "round " << round;
    }
}

TEST_F(KillTest, AfterACleanEndNothingButLocksIsLeft) {
    ASSERT_TRUE(screen_->shows_frame_after(Nanoseconds(0), kLimit));

    viewer_->end();
    agent_->end();
    broker_->end();

    EXPECT_EQ(viewer_->exit_code(), 0);
    EXPECT_EQ(agent_->exit_code(), 0);
    EXPECT_EQ(broker_->exit_code(), 0);
    for (const std::string& file : folder_.files()) {
        EXPECT_NE(file.find(".lock"), std::string::npos) << file;
    }
}

TEST_F(KillTest, ABrokerThatWasKilledServesNewcomersTheSameMemory) {
    ASSERT_TRUE(screen_->shows_frame_after(Nanoseconds(0), kLimit));
    broker_->send(SIGKILL);
    broker_.emplace(start_broker());

    viewer_.emplace(start_viewer(server_->display()));

    EXPECT_TRUE(screen_->shows_frame_after(monotonic_now(), kLimit));
    EXPECT_FALSE(agent_->has_ended());
}

}  // namespace
}  // namespace oriel::testing_support
