// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "host/machine/line_socket.h"

namespace oriel {

/// What a command in the guest did.
struct GuestSaid {
    int exit_code = -1;
    std::string text;  ///< Its stdout and stderr, as they came.
};

/// The shell at a guest's second serial port (guest_root.cpp).
///
/// Lifetime: outlives a reset of the machine: the port is QEMU's.
class GuestShell {
  public:
    explicit GuestShell(LineSocket socket) : socket_(std::move(socket)) {}

    /// Runs a line of shell with no input, and waits for its end. What it starts in the background
    /// should have its output elsewhere.
    /// Errors: Protocol where it has not ended within `limit`; NotFound where QEMU is gone; System.
    Result<GuestSaid> run(const std::string& command, Nanoseconds limit);

  private:
    LineSocket socket_;
    unsigned count_ = 0;
};

}  // namespace oriel
