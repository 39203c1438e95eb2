// SPDX-License-Identifier: MIT
// `oriel-guest --wait`, as a service runs it: nothing it needs has to be there when it starts.

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "faults/programs.h"

namespace oriel::testing_support {
namespace {

constexpr Nanoseconds kPatience = std::chrono::seconds(20);

class WaitingAgent : public testing::Test {
  protected:
    static ChildProgram start(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {program("oriel-guest"), "--wait", "--json"});
        auto child = ChildProgram::start({.label = "agent",
                                          .arguments = std::move(arguments),
                                          .environment = {},
                                          .output = ChildCommand::Output::Pipe});
        EXPECT_TRUE(child) << child.error().message;
        return std::move(*child);
    }

    static std::string next_line(const ChildProgram& child) {
        const auto line = read_first_line(child, kPatience);
        EXPECT_TRUE(line) << line.error().message;
        return line ? *line : "";
    }

    RuntimeFolder folder_;
};

TEST_F(WaitingAgent, StartsBeforeThereIsARegion) {
    const ChildProgram agent = start({"--region", "test", "--capture", "pattern:320x240@10,full"});
    const std::string waiting = next_line(agent);
    EXPECT_NE(waiting.find(R"("event":"waiting")"), std::string::npos) << waiting;
    EXPECT_NE(waiting.find("oriel broker test"), std::string::npos) << waiting;

    const ChildProgram broker = start_broker();

    const std::string started = next_line(agent);
    EXPECT_NE(started.find(R"("event":"started")"), std::string::npos) << started;
    const ChildProgram viewer = start_offscreen_viewer();
}

TEST_F(WaitingAgent, FindsTheOnlyRegionThereWillBe) {
    const ChildProgram agent = start({"--capture", "pattern:320x240@10,full"});
    EXPECT_NE(next_line(agent).find("no region is running"), std::string::npos);

    const ChildProgram broker = start_broker();

    EXPECT_NE(next_line(agent).find(R"("event":"started")"), std::string::npos);
}

TEST_F(WaitingAgent, TakesOverWhenTheOtherPublisherEnds) {
    const ChildProgram broker = start_broker();
    ChildProgram first = start_agent("320x240@10,full");
    const ChildProgram second = start({"--region", "test", "--capture", "pattern:320x240@10,full"});
    EXPECT_NE(next_line(second).find("publisher"), std::string::npos);

    first.end();

    EXPECT_NE(next_line(second).find(R"("event":"started")"), std::string::npos);
}

TEST_F(WaitingAgent, StartsBeforeThereIsAScreen) {
    const ChildProgram broker = start_broker();
    const std::string display = ":" + std::to_string(2000 + ::getpid() % 5000);
    const ChildProgram agent =
        start({"--region", "test", "--capture", "x11", "--display", display});
    EXPECT_NE(next_line(agent).find(R"("event":"waiting")"), std::string::npos);

    const auto server = ChildProgram::start(
        {.label = "X server",
         .arguments = {"Xvfb", display, "-screen", "0", "640x480x24", "-nolisten", "tcp"},
         .environment = {}});

    ASSERT_TRUE(server) << server.error().message;
    EXPECT_NE(next_line(agent).find(R"("event":"started")"), std::string::npos);
}

TEST_F(WaitingAgent, EndsAtASignal) {
    ChildProgram agent = start({"--region", "test", "--capture", "pattern"});
    EXPECT_NE(next_line(agent).find("waiting"), std::string::npos);

    agent.send(SIGTERM);

    ASSERT_TRUE(agent.wait(kPatience));
    EXPECT_EQ(agent.exit_code(), 0);
}

TEST_F(WaitingAgent, DoesNotWaitForWhatCannotBe) {
    // Nor does it look for the region first, which is not there.
    const std::vector<std::string> arguments{
        program("oriel-guest"), "--wait", "--region", "test", "--capture"};
    const auto run_with = [&](const std::string& capture) {
        std::vector<std::string> all = arguments;
        all.push_back(capture);
        return run(all).exit_code;
    };

    EXPECT_EQ(run_with("telepathy"), 2);
    EXPECT_EQ(run_with("pattern:0x0"), 2);
    EXPECT_EQ(run_with("dxgi"), 1);
}

}  // namespace
}  // namespace oriel::testing_support
