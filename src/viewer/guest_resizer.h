// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/poll_loop.h"
#include "viewer/region_link.h"
#include "viewer/size_wish.h"

namespace oriel {

/// What came of a wish for a size of the guest's screen.
enum class WishEnd : std::uint8_t { Accepted, Refused, Unanswered };

/// Asks the guest for a screen as large as the window (`--resize window`), and hears what it says.
///
/// Threads: the loop's.
class GuestResizer {
  public:
    /// `note`: for people; empty where it was accepted.
    using Ended =
        std::function<void(const SizeWish::Mode& mode, WishEnd end, const std::string& note)>;

    /// `loop` and `link` outlive it.
    GuestResizer(PollLoop& loop, const RegionLink& link, Ended ended);
    ~GuestResizer();
    GuestResizer(const GuestResizer&) = delete;
    GuestResizer& operator=(const GuestResizer&) = delete;

    /// The window has that many pixels now; refresh 0: the guest's own rate is as good as any.
    void set_window(const SizeWish::Mode& window);

    /// Whatever woke the viewer: answers, time that has passed, an agent that came or went.
    void follow();

    /// Another session: what was asked in the one before is not answered any more.
    void lose_answer();

  private:
    void hear_answers(Nanoseconds now);
    void ask_for(const SizeWish::Mode& mode, Nanoseconds now);
    void end(const SizeWish::Mode& mode, WishEnd end);

    PollLoop& loop_;
    const RegionLink& link_;
    Ended ended_;
    SizeWish wish_;
    PollLoop::Id timer_{};
    bool was_live_ = false;  ///< Whoever publishes has been there since the last wish.
};

}  // namespace oriel
