// SPDX-License-Identifier: MIT
#include "x11/x11_fixture.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/linux/fd.h"

namespace oriel::test {
namespace {

constexpr Nanoseconds kStartLimit = std::chrono::seconds(20);
constexpr int kNumberFd = 3;  // Where the started Xvfb writes its display number.

[[noreturn]] void become_xvfb(const std::vector<std::string>& arguments, int number_fd) {
    std::vector<char*> pointers;
    pointers.reserve(arguments.size() + 1);
    for (const auto& argument : arguments) {
        pointers.push_back(const_cast<char*>(argument.c_str()));  // NOLINT: execvp()'s type
    }
    pointers.push_back(nullptr);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    // Ctrl-C at the terminal is for the test; what the test starts ends with it.
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (number_fd == kNumberFd) {
        ::fcntl(number_fd, F_SETFD, 0);
    } else {
        ::dup2(number_fd, kNumberFd);
    }
    // It grumbles about display numbers that others have; what matters comes through the pipe.
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    ::dup2(nowhere, STDERR_FILENO);
    ::execvp(pointers[0], pointers.data());
    ::_exit(EXIT_FAILURE);
}

/// The line a new Xvfb writes once it takes connections; empty if it ended instead.
std::string read_number(const UniqueFd& pipe) {
    const Nanoseconds give_up = monotonic_now() + kStartLimit;
    std::string text;
    while (text.empty() || text.back() != '\n') {
        pollfd polled{pipe.get(), POLLIN, 0};
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(give_up - monotonic_now());
        if (left.count() <= 0 || ::poll(&polled, 1, static_cast<int>(left.count())) == 0) {
            return {};
        }
        char byte = 0;
        if (::read(pipe.get(), &byte, 1) != 1) {
            return {};
        }
        text.push_back(byte);
    }
    text.pop_back();
    return text;
}

std::vector<std::string> arguments_of(Size size, const std::vector<std::string>& more, int depth) {
    std::vector<std::string> arguments{
        "Xvfb",
        "-displayfd",
        std::to_string(kNumberFd),
        "-screen",
        "0",
        fmt::format("{}x{}x{}", size.width, size.height, depth),
        "-nolisten",
        "tcp",
        "-noreset",
    };
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
}

}  // namespace

Result<XServer> XServer::start(Size size, const std::vector<std::string>& more, int depth) {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        return Failure(Error::system("make a pipe", errno));
    }
    const UniqueFd reader(ends[0]);
    UniqueFd writer(ends[1]);
    const auto arguments = arguments_of(size, more, depth);
    const pid_t child = ::fork();
    if (child < 0) {
        return Failure(Error::system("start Xvfb", errno));
    }
    if (child == 0) {
        become_xvfb(arguments, writer.get());
    }
    writer.reset();
    XServer server(child, {});
    const std::string number = read_number(reader);
    if (number.empty()) {
        return Failure(Error::not_found("Xvfb did not start: is xvfb installed?"));
    }
    server.display_ = ":" + number;
    return server;
}

XServer::XServer(XServer&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), display_(std::move(other.display_)) {}

XServer& XServer::operator=(XServer&& other) noexcept {
    if (this != &other) {
        end(SIGTERM);
        pid_ = std::exchange(other.pid_, -1);
        display_ = std::move(other.display_);
    }
    return *this;
}

XServer::~XServer() {
    end(SIGTERM);
}

void XServer::kill() {
    end(SIGKILL);
}

void XServer::freeze() const {
    ::kill(pid_, SIGSTOP);
}

void XServer::thaw() const {
    ::kill(pid_, SIGCONT);
}

long XServer::cpu_milliseconds() const {
    std::ifstream file(fmt::format("/proc/{}/stat", pid_));
    std::string line;
    std::getline(file, line);
    // The name, in brackets, may hold spaces; user and system time are fields 14 and 15.
    std::istringstream fields(line.substr(line.rfind(')') + 1));
    constexpr int kFieldsBefore = 11;
    std::string skipped;
    for (int i = 0; i < kFieldsBefore; ++i) {
        fields >> skipped;
    }
    long user = 0;
    long system = 0;
    fields >> user >> system;
    constexpr long kMillisecondsPerSecond = 1000;
    return (user + system) * kMillisecondsPerSecond / ::sysconf(_SC_CLK_TCK);
}

void XServer::end(int signal) noexcept {
    if (pid_ <= 0) {
        return;
    }
    ::kill(pid_, signal);
    ::kill(pid_, SIGCONT);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {}
    pid_ = -1;
}

}  // namespace oriel::test
