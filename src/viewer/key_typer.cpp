// SPDX-License-Identifier: MIT
#include "viewer/key_typer.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

namespace oriel {
namespace {

/// A guest reads one change of a key in 8 ms from a USB keyboard, which is the slowest there is.
constexpr Nanoseconds kChange = std::chrono::milliseconds(9);

/// So far ahead of the guest: a sink has room for about 256 changes, and the person types, too.
constexpr Nanoseconds kAhead = kChange * 100;

}  // namespace

KeyTyper::KeyTyper(PollLoop& loop, Press press) : loop_(loop), press_(std::move(press)) {
    timer_ = loop_.add_timer([this] { go_on(); });
}

KeyTyper::~KeyTyper() {
    loop_.remove(timer_);
    while (!jobs_.empty()) {
        finish(
            Failure(Error::busy("the way to the guest's keyboard was closed before all was "
                                "typed")));
    }
}

void KeyTyper::type(const std::vector<Stroke>& strokes, Done done) {
    if (strokes.size() > kMaxWaiting - waiting_) {
        return done(Failure(Error::busy("too much waits to be typed: try again later")));
    }
    waiting_ += strokes.size();
    jobs_.push_back({{strokes.begin(), strokes.end()}, strokes.size(), std::move(done)});
    if (!loop_.is_armed(timer_)) {
        loop_.arm(timer_, Nanoseconds(0));
    }
}

void KeyTyper::go_on() {
    const Nanoseconds now = monotonic_now();
    taken_at_ = std::max(taken_at_, now);
    while (!jobs_.empty() && taken_at_ < now + kAhead) {
        Job& job = jobs_.front();
        if (job.left.empty()) {
            finish({});
            continue;
        }
        if (!press_(job.left.front())) {
            finish(Failure(Error::busy(
                fmt::format("the guest's keyboard is not reached: {} of {} strokes were typed",
                            job.total - job.left.size(),
                            job.total))));
            continue;
        }
        taken_at_ += kChange * static_cast<std::int64_t>(job.left.front().size() * 2);
        job.left.pop_front();
        --waiting_;
    }
    if (!jobs_.empty()) {
        loop_.arm_at(timer_, taken_at_ - kAhead / 2);
    }
}

void KeyTyper::finish(Result<void> typed) {
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    waiting_ -= job.left.size();
    job.done(std::move(typed));
}

}  // namespace oriel
