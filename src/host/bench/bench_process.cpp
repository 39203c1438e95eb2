// SPDX-License-Identifier: MIT
#include "host/bench/bench_process.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace oriel {
namespace {

constexpr Nanoseconds kLookAgain = std::chrono::milliseconds(2);

/// The cores this process may use.
Result<std::vector<std::size_t>> own_cores() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    if (::sched_getaffinity(0, sizeof(allowed), &allowed) != 0) {
        return Failure(Error::system("ask which cores there are", errno));
    }
    std::vector<std::size_t> cores;
    for (std::size_t core = 0; core < CPU_SETSIZE; ++core) {
        if (CPU_ISSET(core, &allowed)) {
            cores.push_back(core);
        }
    }
    return cores;
}

/// `thread`: 0 is the one that calls.
Result<void> keep_on(pid_t thread, std::span<const std::size_t> cores) {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (const std::size_t core : cores) {
        CPU_SET(core, &set);
    }
    if (::sched_setaffinity(thread, sizeof(set), &set) != 0) {
        return Failure(Error::system("choose a core", errno));
    }
    return {};
}

Result<std::filesystem::directory_iterator> tasks_of(pid_t process) {
    std::error_code error;
    std::filesystem::directory_iterator tasks(fmt::format("/proc/{}/task", process), error);
    if (error) {
        return Failure(Error::not_found(fmt::format("process {} has ended", process)));
    }
    return tasks;
}

}  // namespace

Result<BenchFork> BenchFork::start(const std::function<int()>& body) {
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child < 0) {
        return Failure(Error::system("start a process", errno));
    }
    if (child == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::_exit(::getppid() == parent ? body() : EXIT_FAILURE);
    }
    return BenchFork(child);
}

BenchFork::~BenchFork() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
}

Result<void> BenchFork::wait(Nanoseconds limit) {
    const Nanoseconds give_up = monotonic_now() + limit;
    int status = 0;
    while (::waitpid(pid_, &status, WNOHANG) != pid_) {
        if (monotonic_now() > give_up) {
            return Failure(Error::protocol("one of its processes does not end"));
        }
        std::this_thread::sleep_for(kLookAgain);
    }
    pid_ = -1;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return Failure(Error::protocol("one of its processes failed"));
    }
    return {};
}

Result<void> run_side_by_side(const std::function<bool()>& one,
                              const std::function<bool()>& other,
                              Nanoseconds limit) {
    ORIEL_TRY_ASSIGN(BenchFork first, BenchFork::start([&] { return one() ? 0 : 1; }));
    ORIEL_TRY_ASSIGN(BenchFork second, BenchFork::start([&] { return other() ? 0 : 1; }));
    ORIEL_TRY(second.wait(limit));
    return first.wait(limit);
}

Result<void> pin_to_core(std::uint32_t which) {
    ORIEL_TRY_ASSIGN(const auto cores, own_cores());
    if (which >= cores.size()) {
        return Failure(Error::unsupported(fmt::format("it needs {} cores", which + 1)));
    }
    return keep_on(0, std::span(cores).subspan(which, 1));
}

Result<void> keep_on_side(pid_t process, BenchSide side) {
    ORIEL_TRY_ASSIGN(const auto cores, own_cores());
    const std::size_t half = cores.size() / 2;
    const std::span all(cores);
    const auto ours = side == BenchSide::Host && half > 0 ? all.first(half) : all.subspan(half);
    ORIEL_TRY_ASSIGN(const auto tasks, tasks_of(process));
    for (const auto& task : tasks) {
        ORIEL_TRY(keep_on(std::atoi(task.path().filename().c_str()), ours));
    }
    return {};
}

Nanoseconds own_cpu_time() {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + Nanoseconds(time.tv_nsec);
}

void sleep_until(Nanoseconds when) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(when);
    const timespec moment{static_cast<time_t>(seconds.count()),
                          static_cast<long>((when - seconds).count())};
    while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &moment, nullptr) == EINTR) {}
}

}  // namespace oriel
