// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include "base/native_handle.h"
#include "base/result.h"

namespace oriel {

/// The service's agent: a process of the system's own user on the desktop of a session, with all
/// that it may start. It ends with this object, and with the service, however that ends.
class AgentProcess {
  public:
    using Line = std::function<void(std::string_view)>;

    /// `command_line`: the program, quoted, and its options. `session`: Windows' number of it.
    /// `line` is told what the agent writes, line by line.
    ///
    /// Threads: `line` is called on a thread of its own, until this object has ended.
    /// Errors: System.
    static Result<AgentProcess> start(std::wstring command_line, std::uint32_t session, Line line);

    AgentProcess(AgentProcess&&) = default;
    AgentProcess& operator=(AgentProcess&&) = delete;
    ~AgentProcess();

    /// Set, as an event is, once the process has ended.
    NativeHandle handle() const { return process_.get(); }

    std::uint32_t id() const;

    /// Sets the event that its loop waits for (base/stop_signals.h).
    void ask_to_end() const;
    void kill() const;

    /// What it ended with.
    std::uint32_t exit_code() const;

  private:
    AgentProcess() = default;

    // The job is closed first, which ends whoever could still write into the pipe.
    OwnedHandle output_;
    std::jthread reader_;
    OwnedHandle stop_event_;
    OwnedHandle process_;
    OwnedHandle job_;
};

}  // namespace oriel
