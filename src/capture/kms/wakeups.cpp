// SPDX-License-Identifier: MIT
#include "capture/kms/wakeups.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <utility>

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace oriel::kms_capture {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

void set_timer(const UniqueFd& timer, Nanoseconds when) {
    itimerspec setting{};
    setting.it_value.tv_sec = when.count() / kNanosPerSecond;
    setting.it_value.tv_nsec = when.count() % kNanosPerSecond;
    static_cast<void>(::timerfd_settime(timer.get(), TFD_TIMER_ABSTIME, &setting, nullptr));
}

}  // namespace

Wakeups::Wakeups(UniqueFd epoll, UniqueFd timer)
    : epoll_(std::move(epoll)), timer_(std::move(timer)) {}

Result<Wakeups> Wakeups::make() {
    UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
    UniqueFd timer(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
    if (!epoll || !timer) {
        return Failure(Error::system("make a timer", errno));
    }
    const int timer_fd = timer.get();
    Wakeups wakeups(std::move(epoll), std::move(timer));
    ORIEL_TRY(wakeups.watch(timer_fd));
    return wakeups;
}

Result<void> Wakeups::watch(int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
        return Failure(Error::system("wait for the kernel's events", errno));
    }
    return {};
}

void Wakeups::arm_at(Nanoseconds when) {
    // Zero would disarm it.
    set_timer(timer_, std::max(when, Nanoseconds(1)));
}

void Wakeups::disarm() {
    set_timer(timer_, Nanoseconds(0));
    drain();
}

void Wakeups::drain() {
    std::uint64_t expirations = 0;
    static_cast<void>(::read(timer_.get(), &expirations, sizeof(expirations)));
}

}  // namespace oriel::kms_capture
