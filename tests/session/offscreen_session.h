// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "guest/agent.h"
#include "present/offscreen/offscreen_presenter.h"
#include "region/broker_test_support.h"
#include "viewer/viewer.h"

namespace oriel::testing_support {

/// A region of 32 MiB from a real broker, an agent and a viewer without a screen, the two in one
/// loop.
class OffscreenSession : public testing::Test, public ViewerObserver {
  public:
    void on_state(SessionStatus::State state, const std::string& /*text*/) override {
        last_state_ = state;
    }

    void on_first_frame() override {}

  protected:
    OffscreenSession() { start_broker(options()); }

    /// The broker's.
    BrokerOptions options() const;

    /// In place of the one before.
    void start_broker(const BrokerOptions& options);

    /// In place of the one before. `capture`, `display`: as AgentOptions'.
    void start_agent(const std::string& capture, const std::string& display = {});

    /// In place of the one before. `refresh_mhz`: of the display that it plays; 0: without pace.
    void start_viewer(std::uint32_t refresh_mhz = 0);

    Target target() const {
        return {Target::Kind::Socket, folder_.folder_of("test") + "/viewer.sock"};
    }

    const OffscreenPresenter& presenter() const {
        return dynamic_cast<const OffscreenPresenter&>(viewer_->presenter());
    }

    const OffscreenPresenter::Shown& shown() const { return presenter().last_frame(); }

    /// Until `condition`; whether it came within `limit`.
    template <class Condition>
    bool run_until(Condition condition, Nanoseconds limit = std::chrono::seconds(5)) {
        const Nanoseconds deadline = monotonic_now() + limit;
        while (!condition()) {
            const Nanoseconds left = deadline - monotonic_now();
            if (left <= Nanoseconds(0) || !loop_.run_once(left)) {
                return false;
            }
        }
        return true;
    }

    void run_for(Nanoseconds length);

    TestFolder folder_;
    std::unique_ptr<BrokerThread> broker_;
    PollLoop loop_;
    SessionStatus::State last_state_ = SessionStatus::State::NoPublisher;
    std::unique_ptr<Agent> agent_;
    std::unique_ptr<Viewer> viewer_;
};

}  // namespace oriel::testing_support
