// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "base/native_handle.h"
#include "base/result.h"

namespace oriel {

/// What asks a program to end, as something a loop can wait for: SIGINT, SIGTERM, and SIGHUP unless
/// the program was started to ignore it (nohup); on Windows Ctrl-C, Ctrl-Break, and the end of the
/// console, of the session or of the system, which waits then until the program has ended; and the
/// event of a parent (base/windows/stop_event.h).
///
/// On Linux they stay blocked: a program started from here must get its signal mask cleared.
/// SIGPIPE is ignored.
class StopSignals {
  public:
    /// Once per process, before it starts threads. Errors: System.
    static Result<StopSignals> take_over();

    /// Ready when there is one to take().
    NativeHandle handle() const { return news_.get(); }

    /// The system's number for it, or one of ours for a parent's event.
    std::optional<int> take() const;

  private:
    explicit StopSignals(OwnedHandle news) : news_(std::move(news)) {}

    OwnedHandle news_;
};

}  // namespace oriel
