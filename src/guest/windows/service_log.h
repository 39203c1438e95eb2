// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string_view>

#include "base/log.h"
#include "base/result.h"

namespace oriel {

/// Where a service's lines go, which has no console: all into a file that is rotated (guest.log of
/// the machine's folder, three of 1 MiB), warnings and errors into Windows' event log, too.
///
/// Threads: any may write.
class ServiceLog {
  public:
    /// What cannot be had is left out, and the event log says so.
    ServiceLog();
    ~ServiceLog();
    ServiceLog(const ServiceLog&) = delete;
    ServiceLog& operator=(const ServiceLog&) = delete;

    /// A line of the service's own.
    void write(LogLevel level, std::string_view message);

    /// A line of the agent's, who has said in it who speaks.
    void write_agent_line(std::string_view line);

  private:
    struct Places;
    std::unique_ptr<Places> places_;
};

}  // namespace oriel
