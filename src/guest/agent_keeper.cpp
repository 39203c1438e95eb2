// SPDX-License-Identifier: MIT
#include "guest/agent_keeper.h"

#include <algorithm>

namespace oriel {

void AgentKeeper::session_is(std::optional<Session> session, Nanoseconds now) {
    looked_at_ = now;
    if (session && session != session_) {
        // What made an agent fail in the last session says nothing of this one.
        forget_pauses(now);
    }
    session_ = session;
}

void AgentKeeper::agent_started(Nanoseconds now) {
    agent_ = Agent::Running;
    agent_session_ = session();
    started_at_ = now;
}

void AgentKeeper::agent_ended(Nanoseconds now) {
    const bool was_asked = is_ending();
    agent_ = Agent::None;
    if (was_asked) {
        forget_pauses(now);
        return;
    }
    if (now - started_at_ >= times_.steady) {
        forget_pauses(now);
    }
    pause(now);
}

void AgentKeeper::start_failed(Nanoseconds now) {
    pause(now);
}

AgentKeeper::Act AgentKeeper::next(Nanoseconds now) {
    if (agent_ != Agent::None) {
        return is_unwanted() || agent_ != Agent::Running ? end(now) : Act::Wait;
    }
    if (stopping_) {
        return Act::Finish;
    }
    return session_ && now >= start_at_ ? Act::Start : Act::Wait;
}

std::optional<Nanoseconds> AgentKeeper::wake_at() const {
    if (agent_ == Agent::Asked) {
        return end_by_;
    }
    if (!session_) {
        return looked_at_ + times_.next_look;
    }
    return agent_ == Agent::None ? std::optional(start_at_) : std::nullopt;
}

AgentKeeper::Act AgentKeeper::end(Nanoseconds now) {
    if (agent_ == Agent::Running) {
        agent_ = Agent::Asked;
        end_by_ = now + times_.end_limit;
        return Act::AskToEnd;
    }
    if (agent_ == Agent::Asked && now >= end_by_) {
        agent_ = Agent::Killed;
        return Act::Kill;
    }
    return Act::Wait;
}

void AgentKeeper::pause(Nanoseconds now) {
    Nanoseconds length = times_.first_pause;
    for (std::uint32_t i = 0; i < short_lives_ && length < times_.longest_pause; ++i) {
        length *= 2;
    }
    start_at_ = now + std::min(length, times_.longest_pause);
    ++short_lives_;
}

void AgentKeeper::forget_pauses(Nanoseconds now) {
    short_lives_ = 0;
    start_at_ = now;
}

}  // namespace oriel
