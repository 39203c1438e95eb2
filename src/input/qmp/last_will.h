// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include "base/linux/fd.h"
#include "base/result.h"
#include "input/guest_input.h"

namespace oriel {

/// What is left to be done for a viewer that is killed: the keys and buttons it holds down in the
/// guest are let go. QEMU does that for no client of its machine protocol.
///
/// A small process beside this one shares the connection and says nothing on it while this one
/// lives. It hears of each press and release, and of the end through a pipe that the kernel closes.
///
/// Threads: one; others of this process may run meanwhile. Blocks: never but at the end, for as
/// long as the kernel takes to end that process.
class LastWill {
  public:
    /// `socket` is the connection, and past QMP's greeting. SIGCHLD gets its default handling.
    /// Errors: System.
    static Result<LastWill> make(const UniqueFd& socket);

    /// Nothing is sent: this process lives, or the connection does not.
    ~LastWill();
    LastWill(LastWill&& other) noexcept;
    LastWill& operator=(LastWill&& other) noexcept;
    LastWill(const LastWill&) = delete;
    LastWill& operator=(const LastWill&) = delete;

    /// Before `event` is sent. What is no press or release does not matter.
    void note(const GuestInput& event);

  private:
    LastWill(UniqueFd pipe, pid_t executor) : pipe_(std::move(pipe)), executor_(executor) {}

    void revoke();

    UniqueFd pipe_;
    pid_t executor_ = -1;
};

}  // namespace oriel
