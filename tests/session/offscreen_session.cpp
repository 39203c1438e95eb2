// SPDX-License-Identifier: MIT
#include "session/offscreen_session.h"

namespace oriel::testing_support {

BrokerOptions OffscreenSession::options() const {
    BrokerOptions options = folder_.options();
    options.size = 32U << 20U;
    return options;
}

void OffscreenSession::start_broker(const BrokerOptions& options) {
    broker_.reset();
    broker_ = std::make_unique<BrokerThread>(options);
}

void OffscreenSession::start_agent(const std::string& capture, const std::string& display) {
    agent_.reset();
    auto agent = Agent::open(
        loop_, {.target = target(), .capture = capture, .display = display, .output = {}});
    ASSERT_TRUE(agent) << agent.error().message;
    agent_ = std::move(*agent);
}

void OffscreenSession::start_viewer(std::uint32_t refresh_mhz) {
    viewer_.reset();
    auto viewer = Viewer::open(loop_,
                               {.target = target(),
                                .platform = ViewerOptions::Platform::Offscreen,
                                .mode = {},
                                .window_size = {},
                                .offscreen_refresh_mhz = refresh_mhz,
                                .output = {}},
                               *this);
    ASSERT_TRUE(viewer) << viewer.error().message;
    viewer_ = std::move(*viewer);
}

void OffscreenSession::run_for(Nanoseconds length) {
    const Nanoseconds until = monotonic_now() + length;
    while (monotonic_now() < until) {
        ASSERT_TRUE(loop_.run_once(until - monotonic_now()));
    }
}

}  // namespace oriel::testing_support
