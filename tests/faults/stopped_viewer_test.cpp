// SPDX-License-Identifier: MIT
// A viewer that is stopped in the middle of reading costs nobody anything, and is right again
// within one frame.

#include <optional>
#include <thread>

#include <gtest/gtest.h>

#include "base/poll_loop.h"
#include "capture/pattern/pattern_stamp.h"
#include "faults/programs.h"
#include "region/region.h"
#include "relay/relay_subscriber.h"

namespace oriel::testing_support {
namespace {

const PatternOptions kPattern{{640, 480}, 60, PatternChange::Full, {64, 64}};
constexpr Nanoseconds kPatience = std::chrono::seconds(10);

TEST(StoppedViewer, CostsTheOtherNothingAndIsRightAgainAtOnce) {
    const RuntimeFolder folder;
    auto stopped_server = test::XServer::start(kPattern.size);
    auto other_server = test::XServer::start(kPattern.size);
    ASSERT_TRUE(stopped_server && other_server);
    const PatternScreen stopped_screen(stopped_server->display(), kPattern);
    const PatternScreen other_screen(other_server->display(), kPattern);
    const ChildProgram broker = start_broker();
    const ChildProgram agent = start_agent("640x480@60,full");
    const ChildProgram stopped = start_viewer(stopped_server->display());
    const ChildProgram other = start_viewer(other_server->display());
    ASSERT_TRUE(stopped_screen.shows_frame_after(Nanoseconds(0), kPatience));
    ASSERT_TRUE(other_screen.shows_frame_after(Nanoseconds(0), kPatience));

    stopped.send(SIGSTOP);
    // Past the life of its holds.
    const Nanoseconds until = monotonic_now() + std::chrono::milliseconds(3500);
    while (monotonic_now() < until) {
        ASSERT_TRUE(other_screen.shows_frame_after(monotonic_now(), kPatience));
    }
    const Nanoseconds woken = monotonic_now();
    stopped.send(SIGCONT);

    EXPECT_TRUE(stopped_screen.shows_frame_after(woken, kPatience));
    // And whatever is on its screen from now on is a whole frame.
    for (int look = 0; look < 50; ++look) {
        EXPECT_TRUE(stopped_screen.look());
    }
}

/// The agent rests once it takes the only viewer for gone, and nothing is drawn for nobody.
TEST(StoppedViewer, WakesTheAgentThatHasRestedMeanwhile) {
    const RuntimeFolder folder;
    auto server = test::XServer::start(kPattern.size);
    ASSERT_TRUE(server);
    const PatternScreen screen(server->display(), kPattern);
    const ChildProgram broker = start_broker();
    const ChildProgram agent = start_agent("640x480@60,full");
    const ChildProgram viewer = start_viewer(server->display());
    ASSERT_TRUE(screen.shows_frame_after(Nanoseconds(0), kPatience));

    viewer.send(SIGSTOP);
    std::this_thread::sleep_for(std::chrono::milliseconds(3500));
    const Nanoseconds woken = monotonic_now();
    viewer.send(SIGCONT);

    EXPECT_TRUE(screen.shows_frame_after(woken, kPatience));
    // The first may be one that was on its way before.
    EXPECT_TRUE(screen.shows_frame_after(monotonic_now(), kPatience));
}

}  // namespace
}  // namespace oriel::testing_support
