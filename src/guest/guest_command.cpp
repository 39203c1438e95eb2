// SPDX-License-Identifier: MIT
#include "guest/guest_command.h"

#include <algorithm>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "base/log.h"
#include "base/output.h"
#include "base/report.h"
#include "guest/agent.h"
#include "guest/agent_report.h"
#include "guest/haste.h"
#include "guest/open_source.h"

namespace oriel {
namespace {

constexpr Nanoseconds kFirstPause = std::chrono::milliseconds(100);
constexpr Nanoseconds kLongestPause = std::chrono::seconds(2);

bool is_json(const AgentOptions& options) {
    return options.output == AgentOptions::Output::Json;
}

Result<std::unique_ptr<Agent>> open_agent(PollLoop& loop, AgentOptions options) {
    if (options.any_target) {
        ORIEL_TRY_ASSIGN(options.target, only_guest_target());
    }
    ORIEL_TRY_ASSIGN(auto agent, Agent::open(loop, options));
    if (is_json(options)) {
        print_line(agent_started_line(agent->source_description()));
    } else {
        log(LogLevel::Info,
            fmt::format(
                "capturing {} into {}", agent->source_description(), options.target.text()));
    }
    return agent;
}

/// Sleeps, unless a signal ends the loop.
Result<void> pause(PollLoop& loop, Nanoseconds length) {
    const Nanoseconds until = monotonic_now() + length;
    for (Nanoseconds now = monotonic_now(); now < until && !loop.is_stopped();
         now = monotonic_now()) {
        ORIEL_TRY(loop.run_once(until - now));
    }
    return {};
}

/// Tries until it is there; says what it waits for, once. Null where a signal came first.
Result<std::unique_ptr<Agent>> wait_for_agent(PollLoop& loop, const AgentOptions& options) {
    std::string said;
    Nanoseconds length = kFirstPause;
    while (!loop.is_stopped()) {
        auto agent = open_agent(loop, options);
        if (agent || agent.error().kind == ErrorKind::Usage) {
            return agent;
        }
        if (const std::string& reason = agent.error().message; reason != said) {
            said = reason;
            if (is_json(options)) {
                print_line(agent_waiting_line(reason));
            } else {
                log(LogLevel::Info, reason + "; waiting");
            }
        }
        ORIEL_TRY(pause(loop, length));
        length = std::min(2 * length, kLongestPause);
    }
    return nullptr;
}

Result<void> serve(const AgentOptions& options) {
    ORIEL_TRY(check_capture(options.capture));
    PollLoop loop;
    ORIEL_TRY(loop.stop_on_signals());
    const auto haste = make_haste();
    const Nanoseconds start = monotonic_now();
    ORIEL_TRY_ASSIGN(const auto agent,
                     options.patience == AgentOptions::Patience::Wait
                         ? wait_for_agent(loop, options)
                         : open_agent(loop, options));
    if (agent == nullptr) {
        return {};
    }
    ORIEL_TRY(loop.run());
    if (is_json(options)) {
        print_line(agent_summary_line(agent->statistics(), monotonic_now() - start));
    }
    return {};
}

}  // namespace

int run_guest(const AgentOptions& options) {
    if (auto served = serve(options); !served) {
        return report_failure(served.error());
    }
    return 0;
}

}  // namespace oriel
