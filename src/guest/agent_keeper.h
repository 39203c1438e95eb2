// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace oriel {

/// What the Windows service does about its agent, and when: there is one agent, in the session that
/// has the machine's screen. An agent that ends is started again, the later the sooner it ends each
/// time; one in a session that lost the screen is asked to end first, since two cannot map the
/// device. Decides alone: the caller does it, and tells what came of it.
class AgentKeeper {
  public:
    /// Windows' number of a log-on session.
    using Session = std::uint32_t;

    struct Times {
        Nanoseconds first_pause = std::chrono::milliseconds(250);
        Nanoseconds longest_pause = std::chrono::seconds(2);
        Nanoseconds steady = std::chrono::seconds(10);  ///< An agent that lived so long is well.
        Nanoseconds end_limit = std::chrono::seconds(3);
        Nanoseconds next_look = std::chrono::seconds(1);  ///< Where no session has the screen.
    };

    enum class Act : std::uint8_t {
        Wait,  ///< Until wake_at(), or until something happens.
        Start,
        AskToEnd,
        Kill,
        Finish,  ///< The service has nothing left to do.
    };

    explicit AgentKeeper(const Times& times) : times_(times) {}

    /// The session that has the screen. Between two of them there is none: an agent stays then.
    void session_is(std::optional<Session> session, Nanoseconds now);

    /// The service was asked to stop.
    void stop() { stopping_ = true; }

    void agent_started(Nanoseconds now);
    void agent_ended(Nanoseconds now);
    void start_failed(Nanoseconds now);

    /// What is to be done now. AskToEnd and Kill are said once; Start until it is told what came of
    /// it.
    Act next(Nanoseconds now);

    /// When to ask again at the latest, where next() said to wait.
    std::optional<Nanoseconds> wake_at() const;

    /// The agent was asked to end, and is not yet seen to have ended.
    bool is_ending() const { return agent_ == Agent::Asked || agent_ == Agent::Killed; }

    /// Where Start is to start it.
    Session session() const { return session_.value_or(0); }

    /// How often in a row an agent ended, unasked, before it was steady.
    std::uint32_t short_lives() const { return short_lives_; }

  private:
    enum class Agent : std::uint8_t { None, Running, Asked, Killed };

    bool is_unwanted() const { return stopping_ || (session_ && *session_ != agent_session_); }

    Act end(Nanoseconds now);
    void pause(Nanoseconds now);
    void forget_pauses(Nanoseconds now);

    Times times_;
    std::optional<Session> session_;
    Session agent_session_ = 0;
    Agent agent_ = Agent::None;
    bool stopping_ = false;
    std::uint32_t short_lives_ = 0;
    Nanoseconds started_at_{};
    Nanoseconds start_at_{};
    Nanoseconds end_by_{};
    Nanoseconds looked_at_{};
};

}  // namespace oriel
