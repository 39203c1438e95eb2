// SPDX-License-Identifier: MIT
#include "x11/x11_fixture.h"

#include <csignal>

#include <gtest/gtest.h>

#include "x11/x11_painter.h"

namespace oriel::test {
namespace {

constexpr Size kScreen{320, 200};

TEST(XServer, TakesConnectionsAndShowsWhatIsDrawn) {
    const auto server = XServer::start(kScreen);
    ASSERT_TRUE(server) << server.error().message;
    auto painter = XPainter::open(server->display());
    ASSERT_TRUE(painter) << painter.error().message;
    const auto pixels = colourful({20, 10}, 1);

    painter->put({30, 40, 20, 10}, pixels);

    EXPECT_EQ(painter->look_at(painter->root(), {30, 40, 20, 10}), pixels);
    EXPECT_EQ(painter->look_at_root().size(), kScreen.area());
}

TEST(XServer, TwoHaveDisplaysOfTheirOwn) {
    const auto first = XServer::start(kScreen);
    const auto second = XServer::start(kScreen);
    ASSERT_TRUE(first && second);

    EXPECT_NE(first->display(), second->display());
}

TEST(XServer, IsGoneAfterItsEnd) {
    auto server = XServer::start(kScreen);
    ASSERT_TRUE(server);
    const std::string display = server->display();
    const pid_t pid = server->pid();

    server->kill();

    EXPECT_FALSE(XPainter::open(display));
    EXPECT_NE(::kill(pid, 0), 0);
}

TEST(XPainter, ChangesTheScreensSizeBothWays) {
    const auto server = XServer::start(kScreen);
    ASSERT_TRUE(server);
    auto painter = XPainter::open(server->display());
    ASSERT_TRUE(painter);

    const auto smaller = painter->resize_screen({160, 120});
    ASSERT_TRUE(smaller) << smaller.error().message;
    EXPECT_EQ(painter->root_size(), (Size{160, 120}));
    const auto larger = painter->resize_screen(kScreen);
    ASSERT_TRUE(larger) << larger.error().message;
    EXPECT_EQ(painter->root_size(), kScreen);
}

}  // namespace
}  // namespace oriel::test
