// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include "base/result.h"

namespace oriel {

/// Brings a thread to the desktop that has the input: the person's, the secure one of UAC and the
/// log-on screen, a screen saver's. What a thread captures is what its own desktop shows.
///
/// Threads: that one alone, which may own no window and no hook.
class InputDesktop {
  public:
    InputDesktop() = default;

    ~InputDesktop() { leave(); }

    InputDesktop(const InputDesktop&) = delete;
    InputDesktop& operator=(const InputDesktop&) = delete;

    /// Errors: System: the thread stays where it was. To the secure desktop access is denied but
    /// for the system's own account.
    Result<void> enter();

  private:
    void leave() noexcept;

    void* desktop_ = nullptr;  ///< HDESK.
};

}  // namespace oriel
