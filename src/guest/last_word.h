// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "base/result.h"
#include "region/region.h"

namespace oriel {

/// What is left to be said for an agent that is killed, where no broker hears of it: that its
/// session in the region has ended. Viewers would find out by its silence alone, seconds later.
/// Nothing is said while this is there, nor when it ends before the agent.
class LastWord {
  public:
    virtual ~LastWord() = default;
    LastWord(const LastWord&) = delete;
    LastWord& operator=(const LastWord&) = delete;

  protected:
    LastWord() = default;
};

/// Lifetime: `region` outlives it. Errors: System; Unsupported where no other process can say it.
Result<std::unique_ptr<LastWord>> leave_last_word(Region& region);

}  // namespace oriel
