// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include <sys/types.h>

#include "base/linux/fd.h"
#include "base/result.h"

namespace oriel {

/// What is to be done once this process has ended, also where it is killed: by a small process
/// beside it, called "oriel-will", which hears of the end through a pipe that the kernel closes.
///
/// That process keeps what is mapped here, as it was or shared, and nothing open but what it is
/// given. Signals to its group or its terminal do not reach it.
///
/// Threads: one; others of this process may run meanwhile. Blocks: never but at the end, for as
/// long as the kernel takes to end that process.
class LastWill {
  public:
    /// Where that process has what is open there. A read() of kNotes returns what one call of
    /// note() was given, and 0 once this process has ended.
    static constexpr int kNotes = 0;
    static constexpr int kKept = 1;

    struct Terms {
        std::string what;               ///< For errors: "a last word".
        std::optional<int> kept;        ///< A descriptor that it needs.
        std::function<void()> execute;  ///< Its life. It ends when that returns.
    };

    /// SIGCHLD gets its default handling. Errors: System.
    static Result<LastWill> make(const Terms& terms);

    /// It is not executed: this process lives.
    ~LastWill();
    LastWill(LastWill&& other) noexcept;
    LastWill& operator=(LastWill&& other) noexcept;
    LastWill(const LastWill&) = delete;
    LastWill& operator=(const LastWill&) = delete;

    /// Whole, or not at all where that process stands still. 4096 bytes at most.
    void note(std::span<const std::byte> bytes) const;

  private:
    LastWill(UniqueFd pipe, pid_t executor) : pipe_(std::move(pipe)), executor_(executor) {}

    void revoke();

    UniqueFd pipe_;
    pid_t executor_ = -1;
};

}  // namespace oriel
