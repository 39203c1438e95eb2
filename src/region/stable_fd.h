// SPDX-License-Identifier: MIT
#pragma once

#include "base/linux/fd.h"
#include "base/result.h"

namespace oriel {

/// A descriptor whose number stays while what it leads to changes: a loop that polls it need not be
/// told that a broker came back.
class StableFd {
  public:
    /// Leads nowhere at first: never readable, never at its end. Errors: System.
    static Result<StableFd> create();

    int number() const { return fd_.get(); }

    /// Leads to what `target` leads to from now on. Nothing changes where the system fails.
    void lead_to(const UniqueFd& target) noexcept;

    void lead_nowhere() noexcept { lead_to(nowhere_); }

    const UniqueFd& fd() const { return fd_; }

  private:
    StableFd(UniqueFd fd, UniqueFd nowhere) : fd_(std::move(fd)), nowhere_(std::move(nowhere)) {}

    UniqueFd fd_;
    UniqueFd nowhere_;
};

}  // namespace oriel
