// SPDX-License-Identifier: MIT
#include "guest/guest_command.h"

#include <fmt/format.h>

#include "base/log.h"
#include "base/output.h"
#include "guest/agent.h"
#include "guest/agent_report.h"

namespace oriel {
namespace {

Result<void> serve(const AgentOptions& options) {
    PollLoop loop;
    ORIEL_TRY(loop.stop_on_signals());
    const Nanoseconds start = monotonic_now();
    ORIEL_TRY_ASSIGN(const auto agent, Agent::open(loop, options));
    if (options.output == AgentOptions::Output::Json) {
        print_line(agent_started_line(agent->source_description()));
    } else {
        log(LogLevel::Info,
            fmt::format(
                "capturing {} into {}", agent->source_description(), options.target.text()));
    }
    ORIEL_TRY(loop.run());
    if (options.output == AgentOptions::Output::Json) {
        print_line(agent_summary_line(agent->statistics(), monotonic_now() - start));
    }
    return {};
}

}  // namespace

int run_guest(const AgentOptions& options) {
    if (auto served = serve(options); !served) {
        log(LogLevel::Error, served.error().message);
        return served.error().kind == ErrorKind::Usage ? 2 : 1;
    }
    return 0;
}

}  // namespace oriel
