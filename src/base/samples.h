// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"

namespace oriel {

/// The newest 65,536 durations of one kind, for percentiles. Claims of a peer may be among them:
/// negative ones and ones of more than a minute are left out and counted as such.
class Samples {
  public:
    void add(Nanoseconds sample);

    /// `fraction` of 0..1; nothing without samples. Sorts a copy: for reports, not for each frame.
    std::optional<Nanoseconds> percentile(double fraction) const;

    std::size_t size() const { return samples_.size(); }

    std::uint64_t implausible() const { return implausible_; }

  private:
    std::vector<Nanoseconds> samples_;
    std::size_t next_ = 0;
    std::uint64_t implausible_ = 0;
};

}  // namespace oriel
