// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "base/poll_loop.h"
#include "region/region.h"
#include "viewer/poll_pace.h"
#include "viewer/wake_backoff.h"

namespace oriel {

/// When a viewer looks into its region: when it is rung, but not as often as somebody rings without
/// end; where nobody can ring, shortly before the next frame is due.
///
/// Threads: the loop's.
class RegionWatch {
  public:
    enum class News : std::uint8_t { None, Some };

    struct Listener {
        std::function<News(Nanoseconds woke)> look;  ///< News: there was a reason to.
        std::function<void()> looked;                ///< Without having been rung.
        std::function<void()> connection;            ///< The broker said something, or is gone.
    };

    /// `loop` outlives it.
    RegionWatch(PollLoop& loop, Listener listener);
    ~RegionWatch();
    RegionWatch(const RegionWatch&) = delete;
    RegionWatch& operator=(const RegionWatch&) = delete;

    /// From now on that one, as it is now, until unwatch().
    void watch(Region& region);
    void unwatch();

    /// The broker's connection has ended: nothing more is to be heard there. False: that is known.
    bool unwatch_connection();

    /// Where nobody can ring: looks, and finds out when to do so next.
    void look_now();

    /// What was found since the last time, whether in a look or besides.
    void note_frame(PollPace::Look::Frame frame) { found_.frame = frame; }

    void note_pointer() { found_.pointer = PollPace::Look::Pointer::Moved; }

    /// A frame was shown that no look had seen: it counts for the rate, too.
    void note_frame_between(Nanoseconds now);

    /// Of a look that began when the viewer `woke`: whether a frame has to wait. Where a second one
    /// in a row finds that, and soon, the presenter's next event is when there is something to do.
    enum class Waiting : std::uint8_t { None, Frame };
    void note_waiting(Waiting waiting, Nanoseconds woke);

    /// Nothing waits any more: is rung again at once.
    void hear_again();

  private:
    void on_doorbell();
    void be_deaf_for(Nanoseconds time);
    void sleep_until_next_look(Nanoseconds now);

    PollLoop& loop_;
    Listener listener_;
    Region* region_ = nullptr;
    std::optional<PollLoop::Id> doorbell_watch_;
    std::optional<PollLoop::Id> connection_watch_;
    PollLoop::Id poll_timer_{};
    PollLoop::Id backoff_timer_{};
    WakeBackoff backoff_;
    PollPace pace_;
    PollPace::Look found_;  ///< Since the pace was told.
    Waiting waiting_ = Waiting::None;
    Nanoseconds waiting_at_{0};  ///< When a look found that last.
};

}  // namespace oriel
