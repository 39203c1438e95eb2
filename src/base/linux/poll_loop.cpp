// SPDX-License-Identifier: MIT
#include "base/linux/poll_loop.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/assert.h"

namespace oriel {

struct PollLoop::Watch {
    Id id;
    int fd;
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

timespec to_timespec(Nanoseconds duration) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
    return {seconds.count(), (duration - seconds).count()};
}

}  // namespace

PollLoop::PollLoop() {
    // By default the kernel ends a sleep up to 50 us late, to wake up less often.
    constexpr unsigned long kSlackNs = 1000;
    static_cast<void>(::prctl(PR_SET_TIMERSLACK, kSlackNs, 0, 0, 0));
}

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

PollLoop::Id PollLoop::watch(int fd, Callback ready) {
    const Id id = next_id();
    watches_.push_back(std::make_shared<Watch>(Watch{id, fd, std::move(ready)}));
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
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    struct sigaction hangup{};
    if (::sigaction(SIGHUP, nullptr, &hangup) == 0 && hangup.sa_handler != SIG_IGN) {
        sigaddset(&signals, SIGHUP);
    }
    if (const int error = ::pthread_sigmask(SIG_BLOCK, &signals, nullptr); error != 0) {
        return Failure(Error::system("block signals", error));
    }
    signal_fd_ = UniqueFd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!signal_fd_) {
        return Failure(Error::system("wait for signals", errno));
    }
    if (::signal(SIGPIPE, SIG_IGN) == SIG_ERR) {
        return Failure(Error::system("ignore SIGPIPE", errno));
    }
    static_cast<void>(watch(signal_fd_.get(), [this] { take_signal(); }));
    return {};
}

void PollLoop::take_signal() {
    signalfd_siginfo info{};
    if (::read(signal_fd_.get(), &info, sizeof(info)) == sizeof(info)) {
        stop_signal_ = static_cast<int>(info.ssi_signo);
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
    Result<int> ready = 0;
    if (!stopped_) {
        list_polled();
        ready = sleep(longest_sleep(limit));
    }
    if (ready && *ready > 0) {
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

void PollLoop::list_polled() {
    if (!watches_changed_) {
        return;
    }
    watches_changed_ = false;
    polled_.clear();
    polled_watches_.clear();
    for (const auto& watch : watches_) {
        if (!watch->paused) {
            polled_.push_back({watch->fd, POLLIN, 0});
            polled_watches_.push_back(watch);
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

Result<int> PollLoop::sleep(std::optional<Nanoseconds> longest) {
    const timespec timeout =
        to_timespec(std::max(longest.value_or(Nanoseconds(0)), Nanoseconds(0)));
    const int ready = ::ppoll(
        polled_.data(), polled_.size(), longest ? &timeout : nullptr, /*signal mask*/ nullptr);
    if (ready >= 0) {
        return ready;
    }
    if (errno == EINTR) {
        return 0;
    }
    return Failure(Error::system("wait for events", errno));
}

void PollLoop::call_ready() {
    // A callback that changes the watches leaves these two lists alone until the next round.
    for (std::size_t i = 0; i < polled_.size() && !stopped_; ++i) {
        Watch& watch = *polled_watches_[i];
        if (polled_[i].revents == 0 || watch.paused || watch.removed) {
            continue;
        }
        ORIEL_ASSERT((polled_[i].revents & POLLNVAL) == 0);
        watch.ready();
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
