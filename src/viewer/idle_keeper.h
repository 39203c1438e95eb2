// SPDX-License-Identifier: MIT
#pragma once

#include "viewer/region_link.h"
#include "viewer/viewer_display.h"
#include "viewer/viewer_options.h"

namespace oriel {

/// Keeps the host's screen from going dark while a live picture can be seen, where that is wanted.
///
/// Threads: the viewer's.
class IdleKeeper {
  public:
    /// All of them outlive it.
    IdleKeeper(const ViewerOptions& options, const RegionLink& link, const ViewerDisplay& display)
        : options_(options), link_(link), display_(display) {}

    /// Session, window or wish may be others.
    void follow();

  private:
    bool is_wanted() const;

    const ViewerOptions& options_;
    const RegionLink& link_;
    const ViewerDisplay& display_;
    bool is_inhibited_ = false;
};

}  // namespace oriel
