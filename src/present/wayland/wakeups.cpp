// SPDX-License-Identifier: MIT
#include "present/wayland/wakeups.h"

#include <cerrno>
#include <utility>

#include <sys/epoll.h>

namespace oriel {

Result<WaylandWakeups> WaylandWakeups::create() {
    UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
    if (!epoll) {
        return Failure(Error::system("wait for a window's events", errno));
    }
    return WaylandWakeups(std::move(epoll));
}

Result<void> WaylandWakeups::add(int fd, For what) const {
    epoll_event event{};
    event.events = static_cast<std::uint32_t>(what == For::Reading ? EPOLLIN : EPOLLOUT);
    event.data.fd = fd;
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
        return Failure(Error::system("wait for a window's events", errno));
    }
    return {};
}

void WaylandWakeups::remove(int fd) const {
    static_cast<void>(::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr));
}

}  // namespace oriel
