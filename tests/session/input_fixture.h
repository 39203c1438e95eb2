// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "guest/agent.h"
#include "region/broker_test_support.h"
#include "viewer/testing/recording_sink.h"
#include "viewer/viewer.h"
#include "x11/viewer_windows.h"
#include "x11/x11_fixture.h"
#include "x11/x11_painter.h"

namespace oriel::testing_support {

/// Broker, agent and viewer of one guest, all real; what is typed ends in a RecordingSink.
class Station final : public ViewerObserver {
  public:
    using Platform = ViewerOptions::Platform;

    /// DISPLAY, or WAYLAND_DISPLAY, is set.
    Station(PollLoop& loop,
            PointerMode pointer,
            std::optional<Size> window,
            const HostKey& host_key,
            Platform platform = Platform::X11);

    void on_state(SessionStatus::State /*state*/, const std::string& /*text*/) override {}

    void on_first_frame() override { has_picture = true; }

    /// The viewer makes another one when its display went and came back.
    RecordingSink& sink() { return *sink_; }

    /// How many it has made: another one may lie where the one before did.
    int sinks_made() const { return sinks_made_; }

    Viewer& viewer() { return *viewer_; }

    Target target() const;

    /// Ends the viewer; its sink, too.
    void close() { viewer_.reset(); }

    bool has_picture = false;
    static constexpr Size kPicture{640, 480};

  private:
    TestFolder folder_;
    BrokerThread broker_;
    std::unique_ptr<Agent> agent_;
    RecordingSink* sink_ = nullptr;
    int sinks_made_ = 0;
    std::unique_ptr<Viewer> viewer_;
};

/// A display, a hand (a second client with XTEST), and viewers.
class InputTest : public testing::Test {
  protected:
    InputTest();

    /// With a picture, and the focus.
    Station& start(PointerMode pointer,
                   std::optional<Size> window = {},
                   const HostKey& host_key = {});

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

    /// Takes what has been on its way.
    void settle();

    void tap(std::uint32_t key);
    void click(std::uint8_t button = 1);

    xcb_window_t window(std::size_t number = 0) const { return test::viewer_windows(eye_)[number]; }

    std::string title(std::size_t number = 0) const { return test::title_of(eye_, window(number)); }

    void TearDown() override;

    test::XServer server_;
    test::XPainter eye_;
    PollLoop loop_;
    std::vector<std::unique_ptr<Station>> stations_;
};

}  // namespace oriel::testing_support
