// SPDX-License-Identifier: MIT
#include "relay/session_status.h"

#include <cstddef>

#include "relay/broker_page.h"

namespace oriel {
namespace {

/// A broker that was restarted says "nobody" until the publisher has found it again, one tick on.
constexpr Nanoseconds kAbsence = std::chrono::milliseconds(700);

}  // namespace

void StatusReader::introduce(SessionStatus& status) {
    const auto info = view_->copy_element<abi::PublisherInfo>(region_, abi::kTablePublisher, 0);
    status.process = info.process;
    status.clock_domain = info.clock_domain;
    status.agent = text_of(info.agent, sizeof(info.agent));
    status.host_name = text_of(info.host_name, sizeof(info.host_name));
    status.source = text_of(info.source, sizeof(info.source));
    tick_ = info.tick;
    frames_ = info.frames;
    is_introduced_ = true;
}

void StatusReader::read(Nanoseconds now, SessionStatus& status) {
    if (!is_introduced_) {
        introduce(status);
    }
    constexpr std::size_t kMovingLine = offsetof(abi::PublisherInfo, clock_domain);
    const auto info =
        view_->copy_head<abi::PublisherInfo>(region_, abi::kTablePublisher, 0, kMovingLine);
    status.frames = info.frames;
    status.reason = info.reason;
    status.bytes_needed = info.bytes_needed;
    status.attached = info.attached;
    status.wants_no_blanking = info.idle_inhibit == 1;
    status.last_tick = Nanoseconds(static_cast<std::int64_t>(info.tick_ns));
    status.state = judge(info, now);
}

SessionStatus::State StatusReader::judge(const abi::PublisherInfo& info, Nanoseconds now) {
    // Both look every time: they keep count.
    const bool silent = is_silent(info, now);
    const bool absent = is_absent(now);
    if (info.state == abi::kStateEnded) {
        return SessionStatus::State::NoPublisher;
    }
    if (info.state == abi::kStateWaiting && info.reason == abi::kReasonRegionTooSmall) {
        return SessionStatus::State::Waiting;  // It may have given up over it: that is the cure.
    }
    if (silent || absent) {
        return SessionStatus::State::Silent;
    }
    const bool is_known_alive = has_moved_ || silence_ == Silence::TellsNothing;
    if (info.state == abi::kStateLive && !view_->outputs().empty() && is_known_alive) {
        return SessionStatus::State::Live;
    }
    return SessionStatus::State::Waiting;
}

bool StatusReader::is_silent(const abi::PublisherInfo& info, Nanoseconds now) {
    if (info.tick != tick_ || info.frames != frames_) {
        tick_ = info.tick;
        frames_ = info.frames;
        last_sign_ = now;
        has_moved_ = true;
    }
    // Who only says why there is nothing to see has no pages for viewers, and does not tick.
    return silence_ == Silence::Tells && !view_->outputs().empty() &&
           now - last_sign_ > kPublisherSilence;
}

/// The broker says that neither a publisher on the host nor a VM is there.
bool StatusReader::is_absent(Nanoseconds now) {
    if (read_presence(region_) != BrokerNews::Presence::Nobody) {
        absent_since_.reset();
        return false;
    }
    if (!absent_since_) {
        absent_since_ = now;
    }
    if (!has_moved_) {
        return true;
    }
    return now - *absent_since_ >= kAbsence;
}

}  // namespace oriel
