// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "base/native_handle.h"
#include "base/result.h"

namespace oriel {

/// How a PollLoop sleeps: until one of some handles is ready, or for a time.
///
/// Threads: the loop's.
class LoopSleep {
  public:
    LoopSleep();
    ~LoopSleep();
    LoopSleep(const LoopSleep&) = delete;
    LoopSleep& operator=(const LoopSleep&) = delete;

    /// The handles from now on: none, and then one after the other.
    void await_none();
    void await(NativeHandle handle);

    /// For ever without a limit. True: some handle is ready. Also ends early, with none.
    /// Errors: System.
    Result<bool> sleep(std::optional<Nanoseconds> longest);

    /// Whether the handle that was given as number `index`, from 0, was ready when sleep() ended,
    /// or is so now.
    bool is_ready(std::size_t index) const;

  private:
    struct System;

    std::unique_ptr<System> system_;
};

}  // namespace oriel
