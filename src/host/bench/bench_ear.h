// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/poll_loop.h"
#include "base/result.h"
#include "region/region.h"
#include "relay/relay_subscriber.h"

namespace oriel {

/// Waits in a viewer's loop on a broker's doorbell, and takes frame after frame.
class BenchEar {
  public:
    /// Called with each frame, which is let go of when it returns.
    using OnFrame = std::function<void(const RelaySubscriber& subscriber, const HeldFrame& frame)>;

    /// `region` is the name of a broker's region.
    static Result<std::unique_ptr<BenchEar>> open(const std::string& region, OnFrame on_frame);

    Result<void> run() { return loop_.run(); }

    /// Ends run(). From on_frame.
    void stop() { loop_.stop(); }

  private:
    explicit BenchEar(OnFrame on_frame) : on_frame_(std::move(on_frame)) {}

    void on_doorbell();
    void look();
    void on_tick();

    OnFrame on_frame_;
    PollLoop loop_;
    std::unique_ptr<Region> region_;
    std::unique_ptr<RelaySubscriber> subscriber_;
    PollLoop::Id tick_timer_{};
    std::uint64_t taken_ = 0;
};

}  // namespace oriel
