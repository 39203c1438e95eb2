// SPDX-License-Identifier: MIT
#include "host/bench/bench_supervisor.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

namespace oriel {
namespace {

constexpr Nanoseconds kGrace = std::chrono::seconds(3);
constexpr Nanoseconds kLookAgain = std::chrono::milliseconds(5);

sigset_t heard_signals() {
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGCHLD}) {
        ::sigaddset(&signals, signal);
    }
    return signals;
}

[[noreturn]] void work_as_child(pid_t parent,
                                const std::filesystem::path& folder,
                                const std::function<int()>& work) {
    // Ctrl-C is for the supervisor; the child ends with it however it ends.
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) {
        ::_exit(EXIT_FAILURE);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::setenv("XDG_RUNTIME_DIR", folder.c_str(), 1);
    ::_exit(work());
}

void kill_children() {
    std::ifstream children(fmt::format("/proc/self/task/{}/children", ::getpid()));
    pid_t child = 0;
    while (children >> child) {
        ::kill(child, SIGKILL);
    }
}

/// What the ended child had started became ours, and was told to end when it went.
void await_orphans() {
    Nanoseconds give_up = monotonic_now() + kGrace;
    while (true) {
        const pid_t ended = ::waitpid(-1, nullptr, WNOHANG);
        if (ended < 0 && errno == ECHILD) {
            return;
        }
        if (ended != 0) {
            continue;
        }
        if (monotonic_now() > give_up) {
            kill_children();
            give_up = monotonic_now() + kGrace;
        }
        std::this_thread::sleep_for(kLookAgain);
    }
}

BenchSupervisor::Ended await(pid_t child) {
    using Outcome = BenchSupervisor::Outcome;
    const sigset_t signals = heard_signals();
    bool interrupted = false;
    int status = 0;
    while (::waitpid(child, &status, WNOHANG) != child) {
        const int signal = ::sigwaitinfo(&signals, nullptr);
        if (signal == SIGINT || signal == SIGTERM || signal == SIGHUP) {
            interrupted = true;
            ::kill(child, SIGKILL);
        }
    }
    await_orphans();
    if (interrupted) {
        return {Outcome::Interrupted, 1};
    }
    return WIFEXITED(status) ? BenchSupervisor::Ended{Outcome::Returned, WEXITSTATUS(status)}
                             : BenchSupervisor::Ended{Outcome::Died, WTERMSIG(status)};
}

}  // namespace

Result<BenchSupervisor> BenchSupervisor::create() {
    std::error_code error;
    std::string folder = std::filesystem::temp_directory_path(error) / "oriel-bench-XXXXXX";
    if (error || ::mkdtemp(folder.data()) == nullptr) {
        return Failure(Error::system(fmt::format("make the folder {}", folder), errno));
    }
    BenchSupervisor supervisor{std::filesystem::path(folder)};
    const sigset_t signals = heard_signals();
    if (::sigprocmask(SIG_BLOCK, &signals, nullptr) != 0 ||
        ::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) {
        return Failure(Error::system("supervise benches", errno));
    }
    return supervisor;
}

BenchSupervisor::BenchSupervisor(BenchSupervisor&& other) noexcept
    : folder_(std::exchange(other.folder_, {})) {}

BenchSupervisor::~BenchSupervisor() {
    if (!folder_.empty()) {
        std::error_code error;
        std::filesystem::remove_all(folder_, error);
    }
}

BenchSupervisor::Ended BenchSupervisor::run(const std::function<int()>& work) {
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child < 0) {
        return {Outcome::Returned, 1};
    }
    if (child == 0) {
        work_as_child(parent, folder_, work);
    }
    return await(child);
}

}  // namespace oriel
