// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/linux/child_program.h"
#include "base/poll_loop.h"
#include "base/result.h"
#include "host/demo/demo_events.h"

namespace oriel {

/// One of our programs, run with --json, and what it says.
///
/// Lifetime: the loop must outlive it.
class DemoMember {
  public:
    /// Its complaints go to our stderr.
    static Result<std::unique_ptr<DemoMember>> start(PollLoop& loop, ChildCommand program);

    ~DemoMember();
    DemoMember(const DemoMember&) = delete;
    DemoMember& operator=(const DemoMember&) = delete;

    const DemoSaid& said() const { return said_; }

    ChildProgram& child() { return child_; }

    /// It closed its stdout: it has ended, or is about to; nothing more will be said.
    bool is_silent() const { return !watch_.has_value(); }

  private:
    DemoMember(PollLoop& loop, ChildProgram child);

    void hear();

    PollLoop& loop_;
    ChildProgram child_;
    DemoSaid said_;
    std::string unfinished_;
    std::optional<PollLoop::Id> watch_;
};

}  // namespace oriel
