// SPDX-License-Identifier: MIT
#include "base/linux/child_program.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace oriel {
namespace {

constexpr Nanoseconds kLookAgain = std::chrono::milliseconds(2);

struct Pipe {
    UniqueFd reader;
    UniqueFd writer;
};

Result<Pipe> make_pipe() {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return Failure(Error::system("make a pipe", errno));
    }
    return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

/// Everything a child needs, made before fork(): after it nothing may allocate.
struct Prepared {
    std::vector<char*> arguments;
    std::vector<std::string> texts;
    std::vector<char*> environment;
    int output = -1;
    int complaints = -1;
    int last_signal = SIGTERM;
    pid_t parent = -1;
};

bool is_replaced(const std::string& entry, const ChildCommand& program) {
    for (const auto& [name, value] : program.environment) {
        if (entry.starts_with(name + "=")) {
            return true;
        }
    }
    return false;
}

Prepared prepare(const ChildCommand& program, int output, int nowhere) {
    Prepared prepared;
    for (const auto& argument : program.arguments) {
        prepared.arguments.push_back(const_cast<char*>(argument.c_str()));  // NOLINT: execve's type
    }
    prepared.arguments.push_back(nullptr);
    for (char** entry = environ; *entry != nullptr; ++entry) {
        if (!is_replaced(*entry, program)) {
            prepared.texts.emplace_back(*entry);
        }
    }
    for (const auto& [name, value] : program.environment) {
        prepared.texts.push_back(fmt::format("{}={}", name, value));
    }
    for (auto& text : prepared.texts) {
        prepared.environment.push_back(text.data());
    }
    prepared.environment.push_back(nullptr);
    prepared.output = program.output == ChildCommand::Output::Pipe ? output : nowhere;
    prepared.complaints =
        program.complaints == ChildCommand::Complaints::Ours ? STDERR_FILENO : nowhere;
    prepared.last_signal = program.last_signal;
    prepared.parent = ::getpid();
    return prepared;
}

/// In the child. `report` carries errno home where the program could not be started.
[[noreturn]] void become(const Prepared& prepared, int nowhere, int report) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, prepared.last_signal);
    if (::getppid() != prepared.parent) {
        ::_exit(EXIT_FAILURE);  // It died before it could be followed.
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);  // NOLINT(cert-err33-c): cannot fail for SIGPIPE
    ::signal(SIGCHLD, SIG_DFL);  // NOLINT(cert-err33-c): likewise
    ::dup2(nowhere, STDIN_FILENO);
    ::dup2(prepared.output, STDOUT_FILENO);
    if (prepared.complaints != STDERR_FILENO) {
        ::dup2(prepared.complaints, STDERR_FILENO);
    }
    ::execvpe(prepared.arguments[0], prepared.arguments.data(), prepared.environment.data());
    const int error = errno;
    static_cast<void>(!::write(report, &error, sizeof(error)));
    ::_exit(EXIT_FAILURE);
}

Error cannot_start(const ChildCommand& program, int error) {
    if (error == ENOENT) {
        return Error::not_found(
            fmt::format("cannot start the {}: no program {}", program.label, program.arguments[0]));
    }
    return Error::system(fmt::format("start {} ({})", program.arguments[0], program.label), error);
}

/// The pipe is readable (or at its end) before `give_up`.
bool wait_readable(const UniqueFd& pipe, Nanoseconds give_up) {
    while (true) {
        const Nanoseconds left = give_up - monotonic_now();
        if (left <= Nanoseconds(0)) {
            return false;
        }
        pollfd polled{pipe.get(), POLLIN, 0};
        const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(left);
        const int ready = ::poll(&polled, 1, static_cast<int>(milliseconds.count()));
        if (ready > 0) {
            return true;
        }
        if (ready < 0 && errno != EINTR) {
            return false;
        }
    }
}

Error too_slow(const ChildProgram& child, Nanoseconds limit) {
    return Error::protocol(fmt::format("the {} did not answer within {} s",
                                       child.label(),
                                       std::chrono::ceil<std::chrono::seconds>(limit).count()));
}

}  // namespace

Result<ChildProgram> ChildProgram::start(const ChildCommand& program) {
    // Some launchers hand down that children are to vanish unseen.
    if (::signal(SIGCHLD, SIG_DFL) == SIG_ERR) {
        return Failure(Error::system("hear of the end of programs", errno));
    }
    UniqueFd nowhere(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!nowhere) {
        return Failure(Error::system("open /dev/null", errno));
    }
    ORIEL_TRY_ASSIGN(Pipe report, make_pipe());
    ORIEL_TRY_ASSIGN(Pipe output, make_pipe());
    const Prepared prepared = prepare(program, output.writer.get(), nowhere.get());
    const pid_t pid = ::fork();
    if (pid < 0) {
        return Failure(cannot_start(program, errno));
    }
    if (pid == 0) {
        become(prepared, nowhere.get(), report.writer.get());
    }
    report.writer.reset();
    if (program.output == ChildCommand::Output::Nowhere) {
        output.reader.reset();
    }
    ChildProgram child(program.label, pid, std::move(output.reader));
    int error = 0;
    if (::read(report.reader.get(), &error, sizeof(error)) == sizeof(error)) {
        return Failure(cannot_start(program, error));
    }
    return child;
}

ChildProgram::ChildProgram(ChildProgram&& other) noexcept
    : label_(std::move(other.label_)),
      pid_(std::exchange(other.pid_, -1)),
      output_(std::move(other.output_)),
      is_over_(std::exchange(other.is_over_, true)),
      exit_code_(other.exit_code_) {}

ChildProgram& ChildProgram::operator=(ChildProgram&& other) noexcept {
    if (this != &other) {
        end();
        label_ = std::move(other.label_);
        pid_ = std::exchange(other.pid_, -1);
        output_ = std::move(other.output_);
        is_over_ = std::exchange(other.is_over_, true);
        exit_code_ = other.exit_code_;
    }
    return *this;
}

bool ChildProgram::has_ended() {
    constexpr int kSignalled = 128;
    int status = 0;
    const pid_t ended = is_over_ ? 0 : ::waitpid(pid_, &status, WNOHANG);
    if (ended == pid_) {
        is_over_ = true;
        exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : kSignalled + WTERMSIG(status);
    } else if (ended < 0 && errno == ECHILD) {
        is_over_ = true;  // Somebody else of this process has waited for it.
        exit_code_ = kSignalled;
    }
    return is_over_;
}

void ChildProgram::send(int signal) const noexcept {
    if (!is_over_) {
        ::kill(pid_, signal);
    }
}

bool ChildProgram::wait(Nanoseconds limit) {
    const Nanoseconds give_up = monotonic_now() + limit;
    while (!has_ended()) {
        if (monotonic_now() >= give_up) {
            return false;
        }
        std::this_thread::sleep_for(kLookAgain);
    }
    return true;
}

void ChildProgram::end() noexcept {
    send(SIGTERM);
    send(SIGCONT);
    if (!wait(kGrace)) {
        send(SIGKILL);
        static_cast<void>(wait(Nanoseconds::max() / 2));
    }
}

Result<std::vector<std::byte>> read_output(const ChildProgram& child,
                                           std::size_t most,
                                           Nanoseconds limit) {
    const Nanoseconds give_up = monotonic_now() + limit;
    std::vector<std::byte> bytes;
    std::array<std::byte, 65536> part{};
    while (wait_readable(child.output(), give_up)) {
        const ssize_t count = ::read(child.output().get(), part.data(), part.size());
        if (count == 0) {
            return bytes;
        }
        if (count < 0) {
            return Failure(Error::system(fmt::format("read from the {}", child.label()), errno));
        }
        if (bytes.size() + static_cast<std::size_t>(count) > most) {
            return Failure(Error::protocol(fmt::format("the {} says too much", child.label())));
        }
        bytes.insert(bytes.end(), part.begin(), part.begin() + count);
    }
    return Failure(too_slow(child, limit));
}

Result<std::string> read_first_line(const ChildProgram& child, Nanoseconds limit) {
    const Nanoseconds give_up = monotonic_now() + limit;
    constexpr std::size_t kMost = 4096;
    std::string line;
    while (wait_readable(child.output(), give_up)) {
        char byte = 0;
        if (::read(child.output().get(), &byte, 1) != 1 || line.size() == kMost) {
            return Failure(
                Error::protocol(fmt::format("the {} ended instead of starting", child.label())));
        }
        if (byte == '\n') {
            return line;
        }
        line.push_back(byte);
    }
    return Failure(too_slow(child, limit));
}

}  // namespace oriel
