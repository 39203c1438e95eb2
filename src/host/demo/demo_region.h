// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "region/region.h"
#include "relay/relay_subscriber.h"

namespace oriel {

/// The demo's own look at its region: it reads and holds nothing.
class DemoRegion {
  public:
    static Result<DemoRegion> open(const std::string& name);

    /// Reads what the region says now.
    void look(Nanoseconds now) { subscriber_->refresh(now); }

    /// Frames the guest has finished.
    std::uint64_t frames() const { return subscriber_->status().frames; }

    /// The newest frame's number; 0 while there is none.
    std::uint64_t newest() const;

    /// A viewer says it has taken the newest frame.
    bool is_newest_taken() const;

  private:
    explicit DemoRegion(std::unique_ptr<Region> region);

    std::unique_ptr<Region> region_;
    std::unique_ptr<RelaySubscriber> subscriber_;
};

}  // namespace oriel
