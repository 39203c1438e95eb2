// SPDX-License-Identifier: MIT
#include "guest/linux/last_word.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "abi/viewer.h"
#include "relay/session_end.h"

namespace oriel {
namespace {

constexpr std::string_view kName = "oriel-will";
constexpr std::uint32_t kEverybody = (1U << abi::kMaxViewers) - 1;

/// Who looks for the agent by its name finds the agent alone.
void rename_process() {
    ::prctl(PR_SET_NAME, kName.data());
    const std::span name(program_invocation_name, std::strlen(program_invocation_name));
    std::ranges::fill(name, '\0');
    std::ranges::copy(kName.substr(0, name.size()), name.begin());
}

/// Locks, devices, a display, somebody's output: whatever this process has open is not the
/// speaker's. What is mapped stays.
void leave_all_behind(int pipe) {
    if (::dup2(pipe, 0) < 0 || ::close_range(1, ~0U, 0) != 0) {
        ::_exit(1);
    }
    // A service's SIGTERM is for the agent, which ends in its own way.
    sigset_t all;
    sigfillset(&all);
    static_cast<void>(::pthread_sigmask(SIG_BLOCK, &all, nullptr));
    ::setsid();
    rename_process();
}

[[noreturn]] void speak_at_the_end(Region& region, pid_t agent) {
    char byte = 0;
    while (::read(0, &byte, 1) < 0 && errno == EINTR) {}
    if (end_session(region.memory().bytes(), static_cast<std::uint32_t>(agent))) {
        region.ring_viewers(kEverybody);
    }
    ::_exit(0);
}

}  // namespace

Result<LastWord> LastWord::make(Region& region) {
    // Some launchers hand down that children vanish unseen, and their numbers with them.
    if (::signal(SIGCHLD, SIG_DFL) == SIG_ERR) {
        return Failure(Error::system("hear of the end of a process", errno));
    }
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        return Failure(Error::system("prepare a last word", errno));
    }
    const UniqueFd heard(ends[0]);
    UniqueFd told(ends[1]);
    const pid_t agent = ::getpid();
    const pid_t speaker = ::fork();
    if (speaker < 0) {
        return Failure(Error::system("start a process for a last word", errno));
    }
    if (speaker == 0) {
        leave_all_behind(heard.get());
        speak_at_the_end(region, agent);
    }
    return LastWord(std::move(told), speaker);
}

LastWord::LastWord(LastWord&& other) noexcept
    : pipe_(std::move(other.pipe_)), speaker_(std::exchange(other.speaker_, -1)) {}

LastWord& LastWord::operator=(LastWord&& other) noexcept {
    if (this != &other) {
        revoke();
        pipe_ = std::move(other.pipe_);
        speaker_ = std::exchange(other.speaker_, -1);
    }
    return *this;
}

LastWord::~LastWord() {
    revoke();
}

void LastWord::revoke() {
    if (speaker_ < 0) {
        return;
    }
    ::kill(speaker_, SIGKILL);
    pipe_.reset();
    ::waitpid(std::exchange(speaker_, -1), nullptr, 0);
}

}  // namespace oriel
