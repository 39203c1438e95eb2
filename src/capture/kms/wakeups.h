// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.h"
#include "base/linux/fd.h"
#include "base/result.h"

namespace oriel::kms_capture {

/// One descriptor that is readable when any of several is, or when it is time.
class Wakeups {
  public:
    static Result<Wakeups> make();

    int fd() const { return epoll_.get(); }

    /// Lends a descriptor for as long as it is open.
    Result<void> watch(int fd);

    void arm_at(Nanoseconds when);
    void disarm();

    /// Makes the timer unreadable until it is armed anew.
    void drain();

  private:
    Wakeups(UniqueFd epoll, UniqueFd timer);

    UniqueFd epoll_;
    UniqueFd timer_;
};

}  // namespace oriel::kms_capture
