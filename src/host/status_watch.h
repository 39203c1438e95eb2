// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "host/status_report.h"
#include "region/region.h"
#include "relay/subscriber.h"

namespace oriel {

/// A look into one region that nobody there notices.
class StatusWatch {
  public:
    /// Errors: as Region::open().
    static Result<StatusWatch> open(const Target& target);

    /// From here on frames are counted.
    void begin(Nanoseconds now);

    /// Only its publisher's heartbeat, which had no time to move yet, tells whether there is one.
    bool is_unheard() const {
        return region_->protocol() == RegionProtocol::LookingGlass && !is_counting_;
    }

    RegionReport report(Nanoseconds now);

  private:
    explicit StatusWatch(std::unique_ptr<Region> region);

    void count_from(Nanoseconds now);

    std::unique_ptr<Region> region_;
    std::unique_ptr<Subscriber> subscriber_;
    std::uint64_t frames_before_ = 0;
    Nanoseconds began_{0};
    bool is_counting_ = false;  ///< A publisher was at work then.
};

/// Watches all of them over the same half second. Those that cannot be opened are left out; the
/// first of their errors is returned where none can. `sample`: how long to count frames.
Result<std::vector<RegionReport>> report_regions(const std::vector<Target>& targets,
                                                 Nanoseconds sample);

/// Every region that is running.
std::vector<Target> running_targets();

}  // namespace oriel
