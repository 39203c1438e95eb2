// SPDX-License-Identifier: MIT
#include "base/linux/event_fd.h"

#include <cerrno>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/uio.h>
#include <unistd.h>

namespace oriel {
namespace {

bool is_ready(const UniqueFd& fd, short wanted) {
    pollfd entry{fd.get(), wanted, 0};
    return ::poll(&entry, 1, 0) == 1 && (entry.revents & wanted) != 0;
}

}  // namespace

Result<UniqueFd> create_event_fd() {
    UniqueFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!fd) {
        return Failure(Error::system("create a doorbell (eventfd)", errno));
    }
    return fd;
}

void ring_event_fd(const UniqueFd& fd) noexcept {
    // A peer may have filled the counter and cleared O_NONBLOCK, which all holders share: the
    // write would sleep until somebody drains. Linux has no RWF_NOWAIT for writing an eventfd.
    if (!is_ready(fd, POLLOUT)) {
        return;
    }
    const std::uint64_t one = 1;
    static_cast<void>(::write(fd.get(), &one, sizeof(one)) == sizeof(one));
}

std::uint64_t drain_event_fd(const UniqueFd& fd) noexcept {
    std::uint64_t rings = 0;
    const iovec target{&rings, sizeof(rings)};
    // The flag counts for this one call; O_NONBLOCK is the peer's to clear at any moment.
    ssize_t got = ::preadv2(fd.get(), &target, 1, -1, RWF_NOWAIT);
    if (got < 0 && (errno == EOPNOTSUPP || errno == ENOSYS) && is_ready(fd, POLLIN)) {
        got = ::read(fd.get(), &rings, sizeof(rings));  // a kernel before 5.8
    }
    return got == static_cast<ssize_t>(sizeof(rings)) ? rings : 0;
}

}  // namespace oriel
