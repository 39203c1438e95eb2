// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/clock.h"
#include "guest/agent.h"

namespace oriel {

/// One JSON object each, without the line's end: what `oriel-guest --json` prints.
std::string agent_started_line(const std::string& source);
std::string agent_waiting_line(const std::string& reason);
std::string agent_summary_line(const AgentStatistics& statistics, Nanoseconds lived);

}  // namespace oriel
