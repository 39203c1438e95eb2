// SPDX-License-Identifier: MIT
#include "base/stop_signals.h"

#include <cerrno>

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace oriel {

Result<StopSignals> StopSignals::take_over() {
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
    UniqueFd news(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!news) {
        return Failure(Error::system("wait for signals", errno));
    }
    if (::signal(SIGPIPE, SIG_IGN) == SIG_ERR) {
        return Failure(Error::system("ignore SIGPIPE", errno));
    }
    return StopSignals(std::move(news));
}

std::optional<int> StopSignals::take() const {
    signalfd_siginfo info{};
    if (::read(news_.get(), &info, sizeof(info)) != sizeof(info)) {
        return std::nullopt;
    }
    return static_cast<int>(info.ssi_signo);
}

}  // namespace oriel
