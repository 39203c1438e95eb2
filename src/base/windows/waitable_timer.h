// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.h"
#include "base/native_handle.h"
#include "base/result.h"

namespace oriel {

/// A timer that a loop can wait for: set once due, until it is armed or disarmed again. As exact as
/// this Windows has them: half a millisecond since version 1803, else a tick of its clock.
///
/// Threads: one.
class WaitableTimer {
  public:
    /// Errors: System.
    static Result<WaitableTimer> make();

    NativeHandle handle() const { return timer_.get(); }

    void arm(Nanoseconds delay) const;
    void disarm() const;

  private:
    explicit WaitableTimer(OwnedHandle timer) : timer_(std::move(timer)) {}

    OwnedHandle timer_;
};

}  // namespace oriel
