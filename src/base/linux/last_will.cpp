// SPDX-License-Identifier: MIT
#include "base/linux/last_will.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace oriel {
namespace {

constexpr std::string_view kName = "oriel-will";

/// Who looks for this program by its name finds this program alone.
void rename_process() {
    ::prctl(PR_SET_NAME, kName.data());
    const std::span name(program_invocation_name, std::strlen(program_invocation_name));
    std::ranges::fill(name, '\0');
    std::ranges::copy(kName.substr(0, name.size()), name.begin());
}

/// Locks, devices, a display, somebody's output: whatever this process has open is not the
/// executor's. With the pipe's other end still open it would never hear of ours.
void leave_all_behind(int pipe, std::optional<int> kept) {
    // Out of the way of the places they are put in.
    constexpr int kFirstFree = LastWill::kKept + 1;
    const int moved_pipe = ::fcntl(pipe, F_DUPFD, kFirstFree);
    const int moved_kept = kept ? ::fcntl(*kept, F_DUPFD, kFirstFree) : -1;
    if (::dup2(moved_pipe, LastWill::kNotes) < 0 ||
        (kept && ::dup2(moved_kept, LastWill::kKept) < 0) ||
        ::close_range(kept ? kFirstFree : LastWill::kKept, ~0U, 0) != 0) {
        ::_exit(1);
    }
    // A terminal's Ctrl-C and a service's SIGTERM are for this program, which ends in its own way.
    sigset_t all;
    sigfillset(&all);
    static_cast<void>(::pthread_sigmask(SIG_BLOCK, &all, nullptr));
    ::setsid();
    rename_process();
}

}  // namespace

Result<LastWill> LastWill::make(const Terms& terms) {
    // Some launchers hand down that children vanish unseen, and their numbers with them.
    if (::signal(SIGCHLD, SIG_DFL) == SIG_ERR) {
        return Failure(Error::system("hear of the end of a process", errno));
    }
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC | O_DIRECT) != 0) {
        return Failure(Error::system("prepare " + terms.what, errno));
    }
    const UniqueFd heard(ends[0]);
    UniqueFd told(ends[1]);
    const pid_t executor = ::fork();
    if (executor < 0) {
        return Failure(Error::system("start a process for " + terms.what, errno));
    }
    if (executor == 0) {
        leave_all_behind(heard.get(), terms.kept);
        terms.execute();
        ::_exit(0);
    }
    // One that stands still must not stop us.
    static_cast<void>(::fcntl(told.get(), F_SETFL, O_NONBLOCK | O_DIRECT));
    return LastWill(std::move(told), executor);
}

LastWill::LastWill(LastWill&& other) noexcept
    : pipe_(std::move(other.pipe_)), executor_(std::exchange(other.executor_, -1)) {}

LastWill& LastWill::operator=(LastWill&& other) noexcept {
    if (this != &other) {
        revoke();
        pipe_ = std::move(other.pipe_);
        executor_ = std::exchange(other.executor_, -1);
    }
    return *this;
}

LastWill::~LastWill() {
    revoke();
}

void LastWill::note(std::span<const std::byte> bytes) const {
    static_cast<void>(::write(pipe_.get(), bytes.data(), bytes.size()));
}

void LastWill::revoke() {
    if (executor_ < 0) {
        return;
    }
    // It does nothing while the pipe is open; and it may be stopped, and hear nothing.
    ::kill(executor_, SIGKILL);
    pipe_.reset();
    ::waitpid(std::exchange(executor_, -1), nullptr, 0);
}

}  // namespace oriel
