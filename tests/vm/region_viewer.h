// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "region/region.h"
#include "relay/frame_info.h"
#include "relay/relay_subscriber.h"

namespace oriel::testing_support {

/// A viewer without a screen: copies each frame out of a region when its doorbell rings, and at no
/// other time, but for the tick of 2 Hz. (A region without a doorbell is looked at every 5 ms.)
class RegionViewer {
  public:
    struct Picture {
        FrameInfo info;
        std::vector<std::byte> pixels;
    };

    /// The test fails where the region cannot be opened.
    explicit RegionViewer(const Target& target);
    ~RegionViewer();
    RegionViewer(const RegionViewer&) = delete;
    RegionViewer& operator=(const RegionViewer&) = delete;

    /// Goes on until `is_it` says so of a new picture. Blocks: `limit` at most; false then.
    bool run_until(Nanoseconds limit, const std::function<bool(const Picture&)>& is_it);

    /// Rings of the doorbell, and pictures copied.
    std::uint64_t rings() const { return rings_; }

    std::uint64_t pictures() const { return pictures_; }

    const SessionStatus& status() const { return subscriber_->status(); }

    const RelaySubscriber& subscriber() const { return *subscriber_; }

  private:
    bool wait(Nanoseconds limit);
    bool take();
    void tell(const RelaySubscriber::Changes& changes);

    std::unique_ptr<Region> region_;
    std::unique_ptr<RelaySubscriber> subscriber_;
    Picture picture_;
    Nanoseconds next_tick_{0};
    std::uint64_t rings_ = 0;
    std::uint64_t pictures_ = 0;
};

}  // namespace oriel::testing_support
