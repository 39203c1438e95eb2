// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "guest/agent.h"
#include "region/broker_test_support.h"
#include "viewer/viewer.h"
#include "x11/viewer_windows.h"
#include "x11/x11_fixture.h"
#include "x11/x11_painter.h"

namespace oriel::testing_support {

/// A guest's X server, a host's, and all of ours between: real, and in one loop.
class TwoScreens : public testing::Test, public ViewerObserver {
  public:
    void on_state(SessionStatus::State /*state*/, const std::string& /*text*/) override {}

    void on_first_frame() override { ++first_frames_; }

    void on_wish(const SizeWish::Mode& mode, WishEnd end, const std::string& note) override {
        wishes_.push_back({mode, end, note});
    }

  protected:
    static constexpr Size kGuestLimit{1280, 1024};  ///< No larger: Xvfb was started so.
    static constexpr Size kGuest{800, 600};
    static constexpr Size kHost{1600, 1200};

    /// `region_mib` of memory between the two.
    explicit TwoScreens(std::uint64_t region_mib = 32);

    void start_agent(AgentOptions::Resize resize = AgentOptions::Resize::Obey);

    /// With a window that shows the guest's screen; one more with each call.
    Viewer& start_viewer(ViewerOptions options);

    Viewer& start_viewer(ViewerOptions::Resize resize);

    /// Until `condition`, 10 s at most; whether it came.
    template <class Condition>
    bool run_until(Condition condition) {
        const Nanoseconds give_up = monotonic_now() + std::chrono::seconds(10);
        while (!condition()) {
            if (monotonic_now() > give_up || !loop_.run_once(std::chrono::milliseconds(20))) {
                return false;
            }
        }
        return true;
    }

    void run_for(Nanoseconds length);

    xcb_window_t window(std::size_t number = 0) const {
        return test::viewer_windows(host_)[number];
    }

    std::string title() const { return test::title_of(host_, window()); }

    Size window_size(std::size_t number = 0) const;

    /// As a person drags its corner.
    void resize_window(Size size, std::size_t number = 0) const;

    bool guest_becomes(Size size) {
        return run_until([&] { return guest_.root_size() == size; });
    }

    /// Something colourful is on the guest's screen, and soon all of it in the window.
    bool shows_the_guest();

    struct Wish {
        SizeWish::Mode mode;
        WishEnd end;
        std::string note;
    };

    Target target() const {
        return {Target::Kind::Socket, folder_.folder_of("test") + "/viewer.sock"};
    }

    test::XServer guest_server_;
    test::XServer host_server_;
    test::XPainter guest_;
    test::XPainter host_;
    TestFolder folder_;
    BrokerThread broker_;
    PollLoop loop_;
    int first_frames_ = 0;
    std::vector<Wish> wishes_;
    std::unique_ptr<Agent> agent_;
    std::vector<std::unique_ptr<Viewer>> viewers_;
};

}  // namespace oriel::testing_support
