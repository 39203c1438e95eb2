// SPDX-License-Identifier: MIT
#include "base/poll_loop.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/assert.h"

namespace oriel {

struct PollLoop::Watch {
    Id id;
    NativeHandle handle;
    Callback ready;
    bool paused = false;
    bool removed = false;
};

struct PollLoop::Timer {
    Id id;
    Callback due;
    std::optional<Nanoseconds> when;  ///< Empty while disarmed.
};

struct PollLoop::Preparation {
    Id id;
    Callback prepare;
};

namespace {

template <class Entry, class Id>
auto find_entry(const std::vector<std::shared_ptr<Entry>>& entries, Id id) {
    return std::ranges::find_if(entries, [id](const auto& entry) { return entry->id == id; });
}

}  // namespace

PollLoop::PollLoop() = default;
PollLoop::~PollLoop() = default;

PollLoop::Watch& PollLoop::watch_of(Id id) {
    const auto found = find_entry(watches_, id);
    ORIEL_ASSERT(found != watches_.end());
    return **found;
}

PollLoop::Timer& PollLoop::timer_of(Id id) const {
    const auto found = find_entry(timers_, id);
    ORIEL_ASSERT(found != timers_.end());
    return **found;
}

PollLoop::Id PollLoop::watch(NativeHandle handle, Callback ready) {
    const Id id = next_id();
    watches_.push_back(std::make_shared<Watch>(Watch{id, handle, std::move(ready)}));
    watches_changed_ = true;
    return id;
}

void PollLoop::pause(Id id) {
    watches_changed_ = !std::exchange(watch_of(id).paused, true) || watches_changed_;
}

void PollLoop::resume(Id id) {
    watches_changed_ = std::exchange(watch_of(id).paused, false) || watches_changed_;
}

PollLoop::Id PollLoop::add_timer(Callback due) {
    const Id id = next_id();
    timers_.push_back(std::make_shared<Timer>(Timer{id, std::move(due), std::nullopt}));
    return id;
}

void PollLoop::arm(Id timer, Nanoseconds delay) {
    arm_at(timer, monotonic_now() + delay);
}

void PollLoop::arm_at(Id timer, Nanoseconds when) {
    timer_of(timer).when = when;
}

void PollLoop::disarm(Id timer) {
    timer_of(timer).when.reset();
}

bool PollLoop::is_armed(Id timer) const {
    return timer_of(timer).when.has_value();
}

void PollLoop::remove(Id id) {
    if (const auto watch = find_entry(watches_, id); watch != watches_.end()) {
        (*watch)->removed = true;
        watches_.erase(watch);
        watches_changed_ = true;
    }
    if (const auto timer = find_entry(timers_, id); timer != timers_.end()) {
        (*timer)->when.reset();
        timers_.erase(timer);
    }
    if (const auto entry = find_entry(preparations_, id); entry != preparations_.end()) {
        preparations_.erase(entry);
    }
}

PollLoop::Id PollLoop::before_sleep(Callback prepare) {
    const Id id = next_id();
    preparations_.push_back(std::make_shared<Preparation>(Preparation{id, std::move(prepare)}));
    return id;
}

Result<void> PollLoop::stop_on_signals() {
    ORIEL_TRY_ASSIGN(stop_signals_, StopSignals::take_over());
    static_cast<void>(watch(stop_signals_->handle(), [this] { take_signal(); }));
    return {};
}

void PollLoop::take_signal() {
    if (const auto number = stop_signals_->take()) {
        stop_signal_ = *number;
        stop();
    }
}

Result<void> PollLoop::run() {
    while (!stopped_) {
        ORIEL_TRY(run_once(std::nullopt));
    }
    return {};
}

Result<void> PollLoop::run_once(std::optional<Nanoseconds> limit) {
    ORIEL_ASSERT(!in_round_);
    in_round_ = true;
    prepare_to_sleep();
    Result<bool> ready = false;
    if (!stopped_) {
        list_awaited();
        ready = sleep_.sleep(longest_sleep(limit));
    }
    if (ready && *ready) {
        call_ready();
    }
    if (ready) {
        call_due();
    }
    in_round_ = false;
    ORIEL_TRY(ready);
    return {};
}

void PollLoop::prepare_to_sleep() {
    // By index: a callback may add another one, or remove itself.
    for (std::size_t i = 0; i < preparations_.size() && !stopped_; ++i) {
        const std::shared_ptr<Preparation> preparation = preparations_[i];
        preparation->prepare();
    }
}

void PollLoop::list_awaited() {
    if (!watches_changed_) {
        return;
    }
    watches_changed_ = false;
    sleep_.await_none();
    awaited_.clear();
    for (const auto& watch : watches_) {
        if (!watch->paused) {
            sleep_.await(watch->handle);
            awaited_.push_back(watch);
        }
    }
}

std::optional<Nanoseconds> PollLoop::longest_sleep(std::optional<Nanoseconds> limit) const {
    std::optional<Nanoseconds> next;
    for (const auto& timer : timers_) {
        if (timer->when) {
            next = std::min(next.value_or(*timer->when), *timer->when);
        }
    }
    if (!next) {
        return limit;
    }
    const Nanoseconds until_next = std::max(Nanoseconds(0), *next - monotonic_now());
    return limit ? std::min(*limit, until_next) : until_next;
}

void PollLoop::call_ready() {
    // A callback that changes the watches leaves these two lists alone until the next round.
    for (std::size_t i = 0; i < awaited_.size() && !stopped_; ++i) {
        Watch& watch = *awaited_[i];
        if (!watch.paused && !watch.removed && sleep_.is_ready(i)) {
            watch.ready();
        }
    }
}

void PollLoop::call_due() {
    const auto is_armed = [](const auto& timer) {
        return timer->when.has_value();
    };
    if (stopped_ || std::ranges::none_of(timers_, is_armed)) {
        return;
    }
    const Nanoseconds now = monotonic_now();
    const auto is_due = [now](const auto& timer) {
        return timer->when && *timer->when <= now;
    };
    std::ranges::copy_if(timers_, std::back_inserter(due_), is_due);
    std::ranges::sort(due_, {}, [](const auto& timer) { return timer->when; });
    for (const auto& timer : due_) {
        // An earlier callback of this round may have disarmed, moved or removed it.
        if (!stopped_ && is_due(timer)) {
            timer->when.reset();
            timer->due();
        }
    }
    due_.clear();
}

}  // namespace oriel
