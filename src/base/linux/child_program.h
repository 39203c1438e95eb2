// SPDX-License-Identifier: MIT
#pragma once

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "base/clock.h"
#include "base/linux/fd.h"
#include "base/result.h"

namespace oriel {

/// A program to start.
struct ChildCommand {
    enum class Output : std::uint8_t {
        Nowhere,  ///< /dev/null
        Pipe,     ///< ChildProgram::output()
    };
    enum class Complaints : std::uint8_t {
        Nowhere,
        Ours,  ///< Our stderr.
    };

    std::string label;                   ///< "guest X server": for people.
    std::vector<std::string> arguments;  ///< The first is looked for in PATH unless it has a slash.
    std::vector<std::pair<std::string, std::string>> environment;  ///< Besides ours.
    Output output = Output::Nowhere;
    Complaints complaints = Complaints::Nowhere;
    int last_signal = SIGTERM;  ///< What it gets when this process dies, however that happens.
};

/// A program that runs as a child: it ends with this object. Nobody else of this process may wait
/// for it, or for just any child.
///
/// It has a process group of its own (Ctrl-C is for us alone) and no signals blocked.
/// Blocks: the destructor, until the program has ended; kGrace at most before it is killed.
class ChildProgram {
  public:
    static constexpr Nanoseconds kGrace = std::chrono::seconds(2);

    /// SIGCHLD gets its default handling where it was ignored.
    /// Errors: NotFound where there is no such program; System.
    static Result<ChildProgram> start(const ChildCommand& program);

    ChildProgram(ChildProgram&& other) noexcept;
    ChildProgram& operator=(ChildProgram&& other) noexcept;
    ChildProgram(const ChildProgram&) = delete;
    ChildProgram& operator=(const ChildProgram&) = delete;

    ~ChildProgram() { end(); }

    const std::string& label() const { return label_; }

    pid_t pid() const { return pid_; }

    /// The reading end of its stdout, where that is a pipe.
    const UniqueFd& output() const { return output_; }

    bool has_ended();

    /// Its exit code once it has ended; 128 + N where a signal N ended it, 128 where that is lost.
    int exit_code() const { return exit_code_; }

    /// Does nothing once it has ended.
    void send(int signal) const noexcept;

    /// Waits for it; false where it still runs at the end of `limit`.
    bool wait(Nanoseconds limit);

    /// Asks it to end (also where it is stopped), waits, and kills it where it does not.
    void end() noexcept;

  private:
    ChildProgram(std::string label, pid_t pid, UniqueFd output)
        : label_(std::move(label)), pid_(pid), output_(std::move(output)) {}

    std::string label_;
    pid_t pid_ = -1;
    UniqueFd output_;
    bool is_over_ = false;
    int exit_code_ = 0;
};

/// All that `child` writes until it closes its stdout. Errors: System; Protocol where it is more
/// than `most` bytes or takes longer than `limit`.
Result<std::vector<std::byte>> read_output(const ChildProgram& child,
                                           std::size_t most,
                                           Nanoseconds limit);

/// Its first line, without the end. Errors: as read_output(), and where it ended instead.
Result<std::string> read_first_line(const ChildProgram& child, Nanoseconds limit);

}  // namespace oriel
