// SPDX-License-Identifier: MIT
// Which of a guest's screens is captured where nobody names one.
#include "guest/open_source.h"

#include <cstdlib>

#include <gtest/gtest.h>

#include "wayland/compositor.h"
#include "x11/x11_fixture.h"

namespace oriel::test {
namespace {

constexpr Size kScreen{320, 200};

class AutoCapture : public testing::Test {
  protected:
    // NOLINTBEGIN(concurrency-mt-unsafe): one thread
    AutoCapture() {
        ::unsetenv("WAYLAND_DISPLAY");
        ::unsetenv("DISPLAY");
        // The portal of whoever runs this would ask them.
        ::setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus", 1);
    }

    static void offer(const Compositor& compositor) {
        ::setenv("WAYLAND_DISPLAY", compositor.display().c_str(), 1);
    }

    static void offer(const XServer& server) { ::setenv("DISPLAY", server.display().c_str(), 1); }

    // NOLINTEND(concurrency-mt-unsafe)

    static std::string taken(const std::string& display = "") {
        const auto source = open_source("auto", display);
        return source ? (*source)->description() : source.error().message;
    }
};

TEST_F(AutoCapture, TakesTheCompositorBeforeTheXServer) {
    const auto server = XServer::start(kScreen).value();
    const auto sway = Compositor::start_sway({kScreen}).value();
    offer(server);
    offer(sway);

    EXPECT_EQ(taken(), "wayland " + sway.display() + " HEADLESS-1");
}

TEST_F(AutoCapture, TakesTheXServerThatWasNamed) {
    const auto server = XServer::start(kScreen).value();
    const auto sway = Compositor::start_sway({kScreen}).value();
    offer(sway);

    EXPECT_EQ(taken(server.display()), "x11 " + server.display());
}

TEST_F(AutoCapture, TakesTheXServerWhereNoCompositorAnswers) {
    const auto server = XServer::start(kScreen).value();
    offer(server);
    ::setenv("WAYLAND_DISPLAY", "/nowhere/wayland-0", 1);  // NOLINT(concurrency-mt-unsafe)

    EXPECT_EQ(taken(), "x11 " + server.display());
}

TEST_F(AutoCapture, LeavesTheXServerOfACompositorAlone) {
    const auto server = XServer::start(kScreen).value();
    const auto weston = Compositor::start_weston(kScreen).value();
    offer(server);
    offer(weston);

    // Here it is no Xwayland, which only the compositor could tell.
    EXPECT_EQ(taken().find("x11"), std::string::npos) << taken();
}

TEST_F(AutoCapture, SaysWhatItTried) {
    const std::string said = taken();

    EXPECT_NE(said.find("x11 ("), std::string::npos) << said;
    EXPECT_NE(said.find("kms ("), std::string::npos) << said;
}

}  // namespace
}  // namespace oriel::test
