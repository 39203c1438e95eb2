// SPDX-License-Identifier: MIT
#include "capture/x11/mode_setter.h"

#include <memory>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xcb/randr.h>

#include "capture/x11/connection.h"
#include "capture/x11/monitor.h"
#include "x11/x11_fixture.h"
#include "x11/x11_painter.h"

namespace oriel {
namespace {

using test::XPainter;
using test::XServer;
using x11_capture::Connection;
using x11_capture::Monitor;
using x11_capture::refresh_of;

constexpr Size kScreen{1280, 1024};

class X11ModeSetter : public testing::Test {
  protected:
    X11ModeSetter()
        : server_(XServer::start(kScreen).value()),
          eye_(XPainter::open(server_.display()).value()),
          look_(Connection::open(server_.display()).value()),
          setter_(open_x11_mode_setter(server_.display()).value()) {}

    Monitor monitor() const { return Monitor::read(look_).value(); }

    std::uint32_t refresh() const {
        const Monitor now = monitor();
        return refresh_of(*now.find(now.mode));
    }

    XServer server_;
    XPainter eye_;
    Connection look_;
    std::unique_ptr<ModeSetter> setter_;
};

TEST_F(X11ModeSetter, GivesTheScreenAnySizeAndItsFormerOneAtItsEnd) {
    const xcb_randr_mode_t before = monitor().mode;
    for (const Size size : {Size{800, 600}, Size{1001, 707}, Size{320, 200}, Size{1280, 600}}) {
        const auto set = setter_->set_mode(size, 0);
        ASSERT_TRUE(set) << set.error().message;
        EXPECT_EQ(*set, size);
        EXPECT_EQ(eye_.root_size(), size);
        EXPECT_NEAR(refresh(), 60'000, 500);
    }

    setter_.reset();

    EXPECT_EQ(eye_.root_size(), kScreen);
    EXPECT_EQ(monitor().mode, before);
}

TEST_F(X11ModeSetter, LeavesNoModesBehind) {
    for (std::uint32_t width = 640; width < 700; width += 3) {
        ASSERT_TRUE(setter_->set_mode({width, 480}, 0));
    }
    EXPECT_LE(monitor().modes.size(), 2U);

    setter_.reset();

    EXPECT_EQ(monitor().modes.size(), 1U);
    EXPECT_TRUE(monitor().others.empty());
}

TEST_F(X11ModeSetter, TakesTheRateAskedForAndAModeThatIsThere) {
    ASSERT_TRUE(setter_->set_mode({800, 600}, 75'000));
    EXPECT_NEAR(refresh(), 75'000, 100);
    const xcb_randr_mode_t fast = monitor().mode;

    ASSERT_TRUE(setter_->set_mode({800, 600}, 74'800));
    EXPECT_EQ(monitor().mode, fast);
    ASSERT_TRUE(setter_->set_mode({800, 600}, 50'000));
    EXPECT_NEAR(refresh(), 50'000, 100);
    ASSERT_TRUE(setter_->set_mode(kScreen, 60'000));
    EXPECT_EQ(eye_.root_size(), kScreen);
    EXPECT_EQ(monitor().modes.size(), 1U);
}

TEST_F(X11ModeSetter, RefusesWhatTheServerCannotHaveAndLeavesAllAsItWas) {
    ASSERT_TRUE(setter_->set_mode({800, 600}, 0));

    for (const Size size : {Size{1288, 1024}, Size{1280, 1025}, Size{8192, 8192}}) {
        const auto set = setter_->set_mode(size, 0);
        ASSERT_FALSE(set);
        EXPECT_NE(set.error().message.find(server_.display()), std::string::npos)
            << set.error().message;
        EXPECT_EQ(eye_.root_size(), (Size{800, 600}));
    }

    setter_.reset();
    EXPECT_EQ(eye_.root_size(), kScreen);
    EXPECT_EQ(monitor().modes.size(), 1U);
}

TEST_F(X11ModeSetter, PutsNothingBackWhereSomebodyElseChangedIt) {
    ASSERT_TRUE(setter_->set_mode({800, 600}, 0));
    ASSERT_TRUE(eye_.resize_screen({1024, 768}));

    setter_.reset();

    EXPECT_EQ(eye_.root_size(), (Size{1024, 768}));
}

TEST_F(X11ModeSetter, UsesTheModeThatAKilledOneLeft) {
    const pid_t killed = fork();
    if (killed == 0) {
        auto setter = open_x11_mode_setter(server_.display());
        const bool is_set = setter && (*setter)->set_mode({800, 600}, 0);
        _exit(is_set ? 0 : 1);
    }
    int status = 1;
    ASSERT_EQ(waitpid(killed, &status, 0), killed);
    ASSERT_EQ(status, 0);
    ASSERT_EQ(eye_.root_size(), (Size{800, 600}));
    const xcb_randr_mode_t left = monitor().mode;
    ASSERT_TRUE(setter_->set_mode({640, 480}, 0));

    ASSERT_TRUE(setter_->set_mode({800, 600}, 0));

    EXPECT_EQ(monitor().mode, left);
}

TEST_F(X11ModeSetter, SaysThatTheServerIsGone) {
    server_.kill();

    const auto set = setter_->set_mode({800, 600}, 0);

    ASSERT_FALSE(set);
    EXPECT_NE(set.error().message.find("gone"), std::string::npos) << set.error().message;
}

}  // namespace
}  // namespace oriel
