// SPDX-License-Identifier: MIT
#include "present/wayland/feedback.h"

#include <algorithm>
#include <ctime>
#include <utility>

#include <presentation-time-client-protocol.h>

#include "present/wayland/listener.h"

namespace oriel {
namespace {

/// One is shown, one is on its way; a compositor that leaves more than this open answers none.
constexpr std::size_t kMostOpen = 8;

/// After so many frames that never were on screen, by the compositor's word or for want of it, it
/// is not likely to tell ...
constexpr std::uint32_t kMostInVain = 8;
/// ... and asked once in so many.
constexpr std::uint32_t kFramesUnasked = 60;

constexpr std::int64_t kNanosecondsTimesMillihertz = 1'000'000'000'000;

Nanoseconds read_clock(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return std::chrono::seconds(now.tv_sec) + Nanoseconds(now.tv_nsec);
}

}  // namespace

void WaylandFeedback::ask(wl_surface* surface, std::uint64_t token, bool may_tear) {
    const auto& presentation = connection_->globals().presentation;
    if (!presentation) {
        return;
    }
    if (in_vain_ >= kMostInVain) {
        is_answering_ = false;
        if (++unasked_ < kFramesUnasked) {
            return;
        }
    }
    unasked_ = 0;
    ++in_vain_;
    std::erase_if(questions_, [](const auto& question) { return question->is_answered; });
    if (questions_.size() >= kMostOpen) {
        questions_.erase(questions_.begin());
        is_answering_ = false;
    }
    Question& question = *questions_.emplace_back(std::make_unique<Question>());
    question.owner = this;
    question.handle.reset(wp_presentation_feedback(presentation.get(), surface));
    question.token = token;
    question.may_tear = may_tear;
    static constexpr wp_presentation_feedback_listener kListener = {
        .sync_output = ignore_wayland_event,
        .presented = WaylandEvent<&Question::take_presented>::call,
        .discarded = WaylandEvent<&Question::take_discarded>::call};
    wp_presentation_feedback_add_listener(question.handle.get(), &kListener, &question);
}

void WaylandFeedback::forget(std::uint64_t token) {
    for (const auto& question : questions_) {
        if (question->token == token) {
            question->token.reset();
        }
    }
}

std::vector<WaylandFeedback::Shown> WaylandFeedback::take_shown() {
    return std::exchange(shown_, {});
}

void WaylandFeedback::Question::take_presented(std::uint32_t seconds_high,
                                               std::uint32_t seconds_low,
                                               std::uint32_t nanoseconds,
                                               std::uint32_t period,
                                               std::uint32_t /*count_high*/,
                                               std::uint32_t /*count_low*/,
                                               std::uint32_t flags) {
    is_answered = true;
    const std::uint64_t seconds = std::uint64_t{seconds_high} << 32U | seconds_low;
    const Nanoseconds when = owner->to_monotonic(
        std::chrono::seconds(static_cast<std::int64_t>(seconds)) + Nanoseconds(nanoseconds));
    owner->note(period, when);
    owner->note_way(flags, may_tear);
    if (token) {
        owner->shown_.push_back({*token, when});
    }
}

void WaylandFeedback::Question::take_discarded() {
    is_answered = true;
    owner->last_discarded_ = token;
}

void WaylandFeedback::note(std::uint32_t period, Nanoseconds when) {
    is_answering_ = true;
    in_vain_ = 0;
    if (period != 0) {
        refresh_ = {static_cast<std::uint32_t>(kNanosecondsTimesMillihertz / period), when};
    }
}

void WaylandFeedback::note_way(std::uint32_t flags, bool may_tear) {
    using Answer = DisplayFeedback::Answer;
    const bool is_scanned_out = (flags & WP_PRESENTATION_FEEDBACK_KIND_ZERO_COPY) != 0;
    const bool is_in_step = (flags & WP_PRESENTATION_FEEDBACK_KIND_VSYNC) != 0;
    display_.is_scanned_out = is_scanned_out ? Answer::Yes : Answer::No;
    // A compositor that may not tear just does not know of its refreshes.
    const Answer out_of_step = may_tear ? Answer::Yes : Answer::Unknown;
    display_.is_tearing = is_in_step ? Answer::No : out_of_step;
}

/// The two clocks may run at different speeds: what lies between is measured each time.
Nanoseconds WaylandFeedback::to_monotonic(Nanoseconds when) const {
    const clockid_t clock = connection_->presentation_clock();
    if (clock == CLOCK_MONOTONIC) {
        return when;
    }
    const Nanoseconds theirs = read_clock(clock);
    return when + (monotonic_now() - theirs);
}

}  // namespace oriel
