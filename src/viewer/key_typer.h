// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "base/poll_loop.h"
#include "base/result.h"
#include "input/key_names.h"

namespace oriel {

/// Types for somebody who is not at the keyboard: one stroke after the other, no faster than the
/// slowest of the guest's keyboards takes them, as a sink drops what it has no room for.
///
/// Threads: the loop's. Blocks: never.
class KeyTyper {
  public:
    /// Keys (KEY_...) that are pressed in that order, then released.
    using Stroke = KeyStroke;

    /// Presses and releases; false: the guest is not reached.
    using Press = std::function<bool(const Stroke& stroke)>;

    /// Called once, later: all was typed, or how far it came.
    using Done = std::function<void(Result<void> typed)>;

    static constexpr std::size_t kMaxWaiting = 16384;  ///< Strokes.

    KeyTyper(PollLoop& loop, Press press);

    /// What still waits is told that it was not typed.
    ~KeyTyper();
    KeyTyper(const KeyTyper&) = delete;
    KeyTyper& operator=(const KeyTyper&) = delete;

    /// Behind what waits already.
    void type(const std::vector<Stroke>& strokes, Done done);

  private:
    struct Job {
        std::deque<Stroke> left;
        std::size_t total;
        Done done;
    };

    void go_on();
    void finish(Result<void> typed);

    PollLoop& loop_;
    Press press_;
    std::deque<Job> jobs_;
    std::size_t waiting_ = 0;
    Nanoseconds taken_at_{0};  ///< When the guest has read all that was pressed, at the latest.
    PollLoop::Id timer_;
};

}  // namespace oriel
