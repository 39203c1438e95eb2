// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.h"
#include "capture/x11/connection.h"

namespace oriel::x11_capture {

/// Whether somebody in the guest keeps its screen from going dark, as far as an X server tells:
/// its screen saver has been switched off since we first looked, as `xdg-screensaver suspend`,
/// presentation modes and players do. One that never was on is a setting, and means nothing; what
/// asks by D-Bus or suspends the saver for itself cannot be seen.
class BlankWatch {
  public:
    /// Blocks: a round trip, once in two seconds at most.
    bool is_kept_on(const Connection& connection);

  private:
    Nanoseconds next_{0};
    bool was_on_ = false;
    bool is_kept_on_ = false;
};

}  // namespace oriel::x11_capture
