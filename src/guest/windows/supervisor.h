// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "base/native_handle.h"
#include "guest/agent_keeper.h"
#include "guest/windows/agent_process.h"
#include "guest/windows/service_log.h"

namespace oriel {

/// What the service is told by Windows, on another thread than the one that acts.
struct ServiceNews {
    OwnedHandle event;  ///< Set with each news; the supervisor looks then.
    std::atomic<bool> stop = false;
};

/// Keeps one agent running in the session that has the screen, as an AgentKeeper decides.
class Supervisor {
  public:
    Supervisor(std::wstring agent_command, ServiceLog& log);

    /// Blocks: until it was told to stop and no agent is left.
    void run(const ServiceNews& news);

  private:
    void note_end(Nanoseconds now);
    void start_agent(Nanoseconds now);
    void sleep(const ServiceNews& news, Nanoseconds now) const;

    std::wstring agent_command_;
    ServiceLog& log_;
    AgentKeeper keeper_{AgentKeeper::Times{}};
    std::optional<AgentProcess> agent_;
};

}  // namespace oriel
