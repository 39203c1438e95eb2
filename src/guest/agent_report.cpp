// SPDX-License-Identifier: MIT
#include "guest/agent_report.h"

#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "base/process.h"

namespace oriel {
namespace {

double microseconds(std::optional<Nanoseconds> time) {
    return time ? static_cast<double>(time->count()) / 1000.0 : 0.0;
}

}  // namespace

std::string agent_started_line(const std::string& source) {
    return json_text(
        nlohmann::json{{"event", "started"}, {"pid", process_id()}, {"source", source}});
}

std::string agent_waiting_line(const std::string& reason) {
    return json_text(nlohmann::json{{"event", "waiting"}, {"reason", reason}});
}

std::string agent_summary_line(const AgentStatistics& statistics, Nanoseconds lived) {
    return json_text(
        nlohmann::json{{"event", "summary"},
                       {"frames", statistics.frames},
                       {"seconds", static_cast<double>(lived.count()) / 1e9},
                       {"capture",
                        {{"p50_us", microseconds(statistics.capture.percentile(0.5))},
                         {"p95_us", microseconds(statistics.capture.percentile(0.95))},
                         {"p99_us", microseconds(statistics.capture.percentile(0.99))}}},
                       {"rings", statistics.rings},
                       {"looks", statistics.looks},
                       {"finds", statistics.finds},
                       {"bytes_moved", statistics.bytes_moved},
                       {"bytes_moved_by_gpu", statistics.bytes_moved_by_gpu},
                       {"damaged_pixels", statistics.damaged_pixels}});
}

}  // namespace oriel
