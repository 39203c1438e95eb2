// SPDX-License-Identifier: MIT
#include "viewer/region_watch.h"

#include <chrono>
#include <utility>

namespace oriel {
namespace {

/// While a frame waits, rings that follow each other faster than this ...
constexpr Nanoseconds kHastyRing = std::chrono::milliseconds(8);
/// ... are left unheard for so long.
constexpr Nanoseconds kDeafness = std::chrono::milliseconds(4);

}  // namespace

RegionWatch::RegionWatch(PollLoop& loop, Listener listener)
    : loop_(loop),
      listener_(std::move(listener)),
      poll_timer_(loop.add_timer([this] { look_now(); })),
      backoff_timer_(loop.add_timer([this] {
          if (doorbell_watch_) {
              loop_.resume(*doorbell_watch_);
          }
      })) {}

RegionWatch::~RegionWatch() {
    unwatch();
    loop_.remove(poll_timer_);
    loop_.remove(backoff_timer_);
}

void RegionWatch::watch(Region& region) {
    unwatch();
    region_ = &region;
    if (region.doorbell_handle() >= 0) {
        doorbell_watch_ = loop_.watch(region.doorbell_handle(), [this] { on_doorbell(); });
    } else {
        loop_.arm(poll_timer_, Nanoseconds(0));
    }
    if (region.connection_handle() >= 0) {
        connection_watch_ =
            loop_.watch(region.connection_handle(), [this] { listener_.connection(); });
    }
}

void RegionWatch::unwatch() {
    loop_.disarm(poll_timer_);
    if (doorbell_watch_) {
        loop_.remove(*std::exchange(doorbell_watch_, std::nullopt));
    }
    unwatch_connection();
}

bool RegionWatch::unwatch_connection() {
    if (!connection_watch_) {
        return false;
    }
    loop_.remove(*std::exchange(connection_watch_, std::nullopt));
    return true;
}

void RegionWatch::on_doorbell() {
    // The picture goes first, as emptying the doorbell is a system call. A ring between the two is
    // lost with it: hence the second look, unless there was but the one that woke us.
    const News before = listener_.look(monotonic_now());
    const News after =
        region_->drain_doorbell() == 1 ? News::None : listener_.look(monotonic_now());
    if (before == News::Some || after == News::Some) {
        backoff_.note_news();
        return;
    }
    be_deaf_for(backoff_.note_idle_wake());
}

void RegionWatch::be_deaf_for(Nanoseconds time) {
    if (doorbell_watch_) {
        loop_.pause(*doorbell_watch_);
        loop_.arm(backoff_timer_, time);
    }
}

void RegionWatch::look_now() {
    const Nanoseconds now = monotonic_now();
    listener_.look(now);
    listener_.looked();
    sleep_until_next_look(now);
}

void RegionWatch::sleep_until_next_look(Nanoseconds now) {
    loop_.arm(poll_timer_, pace_.sleep_after(std::exchange(found_, {}), now));
}

void RegionWatch::note_frame_between(Nanoseconds now) {
    if (!doorbell_watch_) {
        sleep_until_next_look(now);
    }
}

void RegionWatch::note_waiting(Waiting waiting, Nanoseconds woke) {
    const Waiting before = std::exchange(waiting_, waiting);
    if (waiting != Waiting::Frame) {
        return;
    }
    if (before == Waiting::Frame && woke - waiting_at_ < kHastyRing) {
        // Only where it is rung again soon: mostly it is not, and then the timer would wake us for
        // nothing.
        be_deaf_for(kDeafness);
    }
    waiting_at_ = woke;
}

void RegionWatch::hear_again() {
    waiting_ = Waiting::None;
    if (doorbell_watch_) {
        loop_.disarm(backoff_timer_);
        loop_.resume(*doorbell_watch_);
    }
}

}  // namespace oriel
