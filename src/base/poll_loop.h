// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/loop_sleep.h"
#include "base/native_handle.h"
#include "base/result.h"
#include "base/stop_signals.h"

namespace oriel {

/// One thread, one place to sleep: what the system can wait for, timers, and the signals that end a
/// program.
///
/// A timer that is not armed costs nothing; a loop with nothing armed sleeps for ever.
/// Callbacks may add, change and remove anything, themselves included; they may not run the loop.
/// A round calls the handles that are ready, then the timers that are due, earliest first.
///
/// Threads: everything on the thread that runs it, whose timers become as exact as the system has
/// them when the loop is made (a microsecond on Linux).
class PollLoop {
  public:
    using Callback = std::function<void()>;
    enum class Id : std::uint32_t {};

    /// Calls back whenever `handle` is ready: a descriptor that is readable, at its end or broken;
    /// an event that is set, and stays so until it is reset. `handle` is lent until remove():
    /// remove first, close then.
    Id watch(NativeHandle handle, Callback ready);

    /// Takes a watched handle out of the sleep, its end included, or puts it back.
    void pause(Id id);
    void resume(Id id);

    /// A timer, disarmed at first and each time before it calls back. Armed anew by a callback,
    /// it fires in the next round at the earliest.
    Id add_timer(Callback due);
    void arm(Id timer, Nanoseconds delay);
    void arm_at(Id timer, Nanoseconds when);
    void disarm(Id timer);
    bool is_armed(Id timer) const;

    /// A watch, timer or preparation; it never calls back again. Harmless where it is gone already.
    void remove(Id id);

    /// Called before each sleep: the place to flush what callbacks queued and to dispatch what a
    /// library already read into its own buffer (xcb, wayland).
    Id before_sleep(Callback prepare);

    /// What asks a program to end (base/stop_signals.h) ends run(). Once per process, before it
    /// starts threads.
    Result<void> stop_on_signals();

    /// Runs until stop(). Errors: System where the sleep itself fails.
    Result<void> run();

    /// One round: sleeps at most `limit` (for ever without one), calls what is due.
    Result<void> run_once(std::optional<Nanoseconds> limit);

    void stop() { stopped_ = true; }

    bool is_stopped() const { return stopped_; }

    /// The signal that ended run(), or 0.
    int stop_signal() const { return stop_signal_; }

    PollLoop();
    ~PollLoop();
    PollLoop(const PollLoop&) = delete;
    PollLoop& operator=(const PollLoop&) = delete;

  private:
    struct Watch;
    struct Timer;
    struct Preparation;

    Id next_id() { return Id{++last_id_}; }

    Watch& watch_of(Id id);
    Timer& timer_of(Id id) const;
    void prepare_to_sleep();
    void list_awaited();
    std::optional<Nanoseconds> longest_sleep(std::optional<Nanoseconds> limit) const;
    void call_ready();
    void call_due();
    void take_signal();

    // Shared, so that what a callback removes outlives the callback.
    std::vector<std::shared_ptr<Watch>> watches_;
    std::vector<std::shared_ptr<Timer>> timers_;
    std::vector<std::shared_ptr<Preparation>> preparations_;

    // Kept from round to round; made anew only after a change.
    LoopSleep sleep_;
    std::vector<std::shared_ptr<Watch>> awaited_;
    std::vector<std::shared_ptr<Timer>> due_;
    bool watches_changed_ = false;

    std::uint32_t last_id_ = 0;
    bool in_round_ = false;
    bool stopped_ = false;
    int stop_signal_ = 0;
    std::optional<StopSignals> stop_signals_;
};

}  // namespace oriel
