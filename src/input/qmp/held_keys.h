// SPDX-License-Identifier: MIT
#pragma once

#include "base/linux/fd.h"
#include "base/linux/last_will.h"
#include "base/result.h"
#include "input/guest_input.h"

namespace oriel {

/// The keys and buttons that a viewer holds down in the guest: where it is killed, they are let go
/// (LastWill). QEMU does that for no client of its machine protocol.
///
/// The process that does it shares the connection, and says nothing on it while this one lives.
///
/// Threads and blocking: as LastWill.
class HeldKeys {
  public:
    /// `socket` is the connection, and past QMP's greeting. Errors: System.
    static Result<HeldKeys> watch_over(const UniqueFd& socket);

    /// Before `event` is sent. What is no press or release does not matter.
    void note(const GuestInput& event) const;

  private:
    explicit HeldKeys(LastWill will) : will_(std::move(will)) {}

    LastWill will_;
};

}  // namespace oriel
