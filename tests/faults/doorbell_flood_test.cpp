// SPDX-License-Identifier: MIT
// A publisher that rings as fast as it can leaves the viewer nearly idle, and its window alive.

#include <csignal>
#include <thread>

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/linux/process_use.h"
#include "capture/pattern/pattern_source.h"
#include "faults/programs.h"
#include "guest/agent.h"
#include "region/region.h"

namespace oriel::testing_support {
namespace {

const PatternOptions kPattern{{320, 240}, 10, PatternChange::Full, {64, 64}};
constexpr Nanoseconds kPatience = std::chrono::seconds(10);

/// In a process of its own: an agent that rings every viewer between any two things it does.
[[noreturn]] void flood() {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    PollLoop loop;
    const auto target = Target::parse("test");
    auto agent = Agent::open(
        loop,
        {.target = *target, .capture = "pattern:320x240@10,full", .display = {}, .output = {}});
    if (!agent) {
        ::_exit(1);
    }
    while (loop.run_once(Nanoseconds(0))) {
        (*agent)->region().ring_viewers(0xFFFF);
    }
    ::_exit(0);
}

TEST(DoorbellFlood, LeavesTheViewerNearlyIdleAndAlive) {
    const RuntimeFolder folder;
    auto server = test::XServer::start(kPattern.size);
    ASSERT_TRUE(server);
    const PatternScreen screen(server->display(), kPattern);
    const ChildProgram broker = start_broker();
    const pid_t flooder = ::fork();
    if (flooder == 0) {
        flood();
    }
    ASSERT_GT(flooder, 0);
    const ChildProgram viewer = start_viewer(server->display());
    EXPECT_TRUE(screen.shows_frame_after(Nanoseconds(0), kPatience));

    const Nanoseconds cpu_before = use_of(viewer.pid()).value().cpu;
    const Nanoseconds before = monotonic_now();
    std::this_thread::sleep_for(std::chrono::seconds(3));
    const Nanoseconds cpu = use_of(viewer.pid()).value().cpu - cpu_before;
    const Nanoseconds wall = monotonic_now() - before;

    EXPECT_LT(cpu * 20, wall) << "more than 5 % of a core";
    EXPECT_TRUE(screen.shows_frame_after(monotonic_now(), kPatience));
    ::kill(flooder, SIGKILL);
    ::waitpid(flooder, nullptr, 0);
}

}  // namespace
}  // namespace oriel::testing_support
