// SPDX-License-Identifier: MIT
#include "guest/windows/supervisor.h"

#include <array>
#include <utility>

#include <fmt/format.h>
#include <windows.h>

namespace oriel {
namespace {

std::optional<AgentKeeper::Session> session_with_screen() {
    constexpr DWORD kNone = 0xFFFFFFFF;
    const DWORD session = ::WTSGetActiveConsoleSessionId();
    return session == kNone ? std::nullopt : std::optional<AgentKeeper::Session>(session);
}

DWORD milliseconds_until(std::optional<Nanoseconds> moment, Nanoseconds now) {
    if (!moment) {
        return INFINITE;
    }
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(*moment - now);
    return static_cast<DWORD>(std::max<std::int64_t>(rest.count(), 0));
}

bool is_over(const AgentProcess& agent) {
    return ::WaitForSingleObject(agent.handle(), 0) == WAIT_OBJECT_0;
}

}  // namespace

Supervisor::Supervisor(std::wstring agent_command, ServiceLog& log)
    : agent_command_(std::move(agent_command)), log_(log) {}

void Supervisor::run(const ServiceNews& news) {
    for (;;) {
        const Nanoseconds now = monotonic_now();
        keeper_.session_is(session_with_screen(), now);
        if (news.stop) {
            keeper_.stop();
        }
        if (agent_ && is_over(*agent_)) {
            note_end(now);
        }
        switch (keeper_.next(now)) {
        case AgentKeeper::Act::Wait:
            sleep(news, now);
            break;
        case AgentKeeper::Act::Start:
            start_agent(now);
            break;
        case AgentKeeper::Act::AskToEnd:
            agent_->ask_to_end();
            break;
        case AgentKeeper::Act::Kill:
            log_.write(LogLevel::Warning, "the agent does not end: killing it");
            agent_->kill();
            break;
        case AgentKeeper::Act::Finish:
            return;
        }
    }
}

void Supervisor::note_end(Nanoseconds now) {
    const std::uint32_t code = agent_->exit_code();
    agent_.reset();
    const bool was_asked = keeper_.is_ending();
    keeper_.agent_ended(now);
    if (was_asked) {
        log_.write(LogLevel::Info, "the agent has ended");
        return;
    }
    // Once in the event log; one that never starts would fill it.
    log_.write(keeper_.short_lives() > 1 ? LogLevel::Info : LogLevel::Warning,
               fmt::format("the agent ended by itself, with code {}: starting it again", code));
}

void Supervisor::start_agent(Nanoseconds now) {
    auto started =
        AgentProcess::start(agent_command_, keeper_.session(), [this](std::string_view line) {
            log_.write_agent_line(line);
        });
    if (!started) {
        keeper_.start_failed(now);
        log_.write(keeper_.short_lives() > 1 ? LogLevel::Info : LogLevel::Error,
                   started.error().message);
        return;
    }
    agent_.emplace(std::move(*started));
    keeper_.agent_started(now);
    log_.write(LogLevel::Info,
               fmt::format("agent in session {}, process {}", keeper_.session(), agent_->id()));
}

void Supervisor::sleep(const ServiceNews& news, Nanoseconds now) const {
    const std::array<HANDLE, 2> handles{news.event.get(), agent_ ? agent_->handle() : nullptr};
    static_cast<void>(::WaitForMultipleObjects(
        agent_ ? 2 : 1, handles.data(), FALSE, milliseconds_until(keeper_.wake_at(), now)));
}

}  // namespace oriel
