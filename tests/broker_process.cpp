// SPDX-License-Identifier: MIT
#include "broker_process.h"

#include <cstdlib>

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/poll_loop.h"
#include "region/broker.h"

namespace oriel::testing_support {
namespace {

constexpr int kReadyFd = 3;

/// In the child: keeps no descriptor of the test's but the one to say "ready" through.
void leave_the_tests_descriptors(int ready_fd) {
    if (ready_fd != kReadyFd) {
        ::dup2(ready_fd, kReadyFd);
    }
    ::close_range(kReadyFd + 1, ~0U, 0);
    ::fcntl(kReadyFd, F_SETFD, FD_CLOEXEC);
}

int serve(const BrokerOptions& options, const std::function<void()>& ready) {
    PollLoop loop;
    if (!loop.stop_on_signals()) {
        return EXIT_FAILURE;
    }
    const auto broker = Broker::start(loop, options, {});
    if (!broker) {
        return EXIT_FAILURE;
    }
    ready();
    return loop.run() ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

ChildProcess::ChildProcess(const std::function<int(const std::function<void()>&)>& body) {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        return;
    }
    UniqueFd from_child(ends[0]);
    UniqueFd to_test(ends[1]);
    pid_ = ::fork();
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        leave_the_tests_descriptors(to_test.get());
        ::_exit(body([] { static_cast<void>(::write(kReadyFd, "r", 1) == 1); }));
    }
    to_test.reset();
    char ready = 0;
    is_ready_ = ::read(from_child.get(), &ready, 1) == 1;
}

void ChildProcess::signal(int number) const {
    if (pid_ > 0) {
        ::kill(pid_, number);
    }
}

void ChildProcess::kill() {
    signal(SIGKILL);
    static_cast<void>(wait());
}

int ChildProcess::wait() {
    int status = 0;
    if (pid_ <= 0 || ::waitpid(pid_, &status, 0) != pid_) {
        return -1;
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

BrokerProcess::BrokerProcess(const BrokerOptions& options)
    : ChildProcess(
          [&options](const std::function<void()>& ready) { return serve(options, ready); }) {}

}  // namespace oriel::testing_support
