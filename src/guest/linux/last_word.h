// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include "base/linux/fd.h"
#include "base/result.h"
#include "region/region.h"

namespace oriel {

/// What is left to be said for an agent that is killed, where no broker hears of it: that its
/// session in the region has ended. Viewers would find out by its silence alone, seconds later.
///
/// A small process beside this one keeps the region's memory and doorbells mapped and nothing open;
/// it hears of the end through a pipe that the kernel closes. It is called "oriel-will".
///
/// Lifetime: `region` outlives it. Threads: one, as is the process it is made in.
/// Blocks: never but at the end, for as long as the kernel takes to end that process.
class LastWord {
  public:
    /// SIGCHLD gets its default handling. Errors: System.
    static Result<LastWord> make(Region& region);

    /// Nothing is said: this process says it itself.
    ~LastWord();
    LastWord(LastWord&& other) noexcept;
    LastWord& operator=(LastWord&& other) noexcept;
    LastWord(const LastWord&) = delete;
    LastWord& operator=(const LastWord&) = delete;

  private:
    LastWord(UniqueFd pipe, pid_t speaker) : pipe_(std::move(pipe)), speaker_(speaker) {}

    void revoke();

    UniqueFd pipe_;
    pid_t speaker_ = -1;
};

}  // namespace oriel
