// SPDX-License-Identifier: MIT
#include "base/loop_sleep.h"

#include <algorithm>
#include <cerrno>
#include <vector>

#include <poll.h>
#include <sys/prctl.h>

#include "base/assert.h"

namespace oriel {

struct LoopSleep::System {
    std::vector<pollfd> polled;
};

namespace {

timespec to_timespec(Nanoseconds duration) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
    return {seconds.count(), (duration - seconds).count()};
}

}  // namespace

LoopSleep::LoopSleep() : system_(std::make_unique<System>()) {
    // By default the kernel ends a sleep up to 50 us late, to wake up less often.
    constexpr unsigned long kSlackNs = 1000;
    static_cast<void>(::prctl(PR_SET_TIMERSLACK, kSlackNs, 0, 0, 0));
}

LoopSleep::~LoopSleep() = default;

void LoopSleep::await_none() {
    system_->polled.clear();
}

void LoopSleep::await(NativeHandle handle) {
    system_->polled.push_back({handle, POLLIN, 0});
}

Result<bool> LoopSleep::sleep(std::optional<Nanoseconds> longest) {
    const timespec timeout =
        to_timespec(std::max(longest.value_or(Nanoseconds(0)), Nanoseconds(0)));
    std::vector<pollfd>& polled = system_->polled;
    const int ready = ::ppoll(
        polled.data(), polled.size(), longest ? &timeout : nullptr, /*signal mask*/ nullptr);
    if (ready >= 0) {
        return ready > 0;
    }
    if (errno == EINTR) {
        return false;
    }
    return Failure(Error::system("wait for events", errno));
}

bool LoopSleep::is_ready(std::size_t index) const {
    const short events = system_->polled[index].revents;
    ORIEL_ASSERT((events & POLLNVAL) == 0);
    return events != 0;
}

}  // namespace oriel
