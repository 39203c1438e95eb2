// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>

#include "base/poll_loop.h"
#include "base/result.h"
#include "present/presenter.h"

namespace oriel {

/// "waiting for the guest's agent since 12 s": how long, in the first line of what waits, once it
/// is worth telling. Other texts stay as they are.
std::string with_age(const std::string& text, Nanoseconds age);

/// How long with_age() stays the same from `age` on; zero: for ever.
Nanoseconds age_lasts(const std::string& text, Nanoseconds age);

/// The text in the place of a picture. It counts the seconds, later the minutes, while it is seen.
///
/// Threads: the loop's.
class StatusMessage {
  public:
    /// Told where the display is gone.
    using Failed = std::function<void(Error)>;

    /// `loop` and `presenter` outlive it.
    StatusMessage(PollLoop& loop, Presenter& presenter, Failed failed);
    ~StatusMessage();
    StatusMessage(const StatusMessage&) = delete;
    StatusMessage& operator=(const StatusMessage&) = delete;

    /// Replaces the one before; empty: the picture is to be seen.
    void show(const std::string& text);

    /// What was given to show(), without an age; empty: nothing is shown.
    const std::string& text() const { return text_; }

    void on_resized();
    void on_visibility(bool is_visible);

  private:
    void draw();

    PollLoop& loop_;
    Presenter& presenter_;
    Failed failed_;
    std::string text_;
    Nanoseconds since_{0};
    bool is_visible_ = true;
    PollLoop::Id timer_{};
};

}  // namespace oriel
