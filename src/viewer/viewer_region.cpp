// SPDX-License-Identifier: MIT
// The region's side: memory, doorbell, broker.
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "viewer/open_subscriber.h"
#include "viewer/viewer.h"

namespace oriel {
namespace {

constexpr Nanoseconds kTick = std::chrono::milliseconds(500);

}  // namespace

Result<void> Viewer::open_region() {
    unwatch_region();
    subscriber_.reset();
    region_.reset();
    ORIEL_TRY_ASSIGN(region_, Region::open(options_.target, Role::Show));
    const bool copies = options_.platform == ViewerOptions::Platform::Offscreen;
    subscriber_ = open_subscriber(
        *region_,
        copies ? SubscriberOptions::Doorbell::Announced : SubscriberOptions::Doorbell::Finished);
    apply(subscriber_->refresh(monotonic_now()));
    watch_region();
    return {};
}

void Viewer::bind_region() {
    if (auto bound = presenter_->bind_region(region_->fd(), region_->memory()); !bound) {
        log(LogLevel::Debug, bound.error().message);
    }
}

void Viewer::watch_region() {
    if (region_->doorbell_fd() >= 0) {
        doorbell_watch_ = loop_.watch(region_->doorbell_fd(), [this] { on_doorbell(); });
    } else {
        loop_.arm(poll_timer_, Nanoseconds(0));
    }
    if (region_->connection_fd() >= 0) {
        connection_watch_ = loop_.watch(region_->connection_fd(), [this] { on_connection(); });
    }
}

void Viewer::unwatch_region() {
    loop_.disarm(poll_timer_);
    if (doorbell_watch_) {
        loop_.remove(*std::exchange(doorbell_watch_, std::nullopt));
    }
    if (connection_watch_) {
        loop_.remove(*std::exchange(connection_watch_, std::nullopt));
    }
}

void Viewer::on_doorbell() {
    // The picture goes first, as emptying the doorbell is a system call. A ring between the two is
    // lost with it: hence the second look, unless there was but the one that woke us.
    const News before = look(monotonic_now());
    const News after = region_->drain_doorbell() == 1 ? News::None : look(monotonic_now());
    if (before == News::Some || after == News::Some) {
        backoff_.note_news();
        return;
    }
    if (doorbell_watch_) {
        loop_.pause(*doorbell_watch_);
        loop_.arm(backoff_timer_, backoff_.note_idle_wake());
    }
}

void Viewer::on_connection() {
    region_->serve_connection();
    if (region_->link() == Region::Link::Alone && connection_watch_) {
        log(LogLevel::Warning, "the broker is gone; the picture goes on, waiting for it to return");
        loop_.remove(*std::exchange(connection_watch_, std::nullopt));
    }
    schedule();
}

void Viewer::on_tick() {
    const bool was_alone = region_->link() == Region::Link::Alone;
    if (was_alone || region_->connection_fd() < 0) {
        region_->serve_connection();
    }
    if (region_->link() == Region::Link::Replaced) {
        log(LogLevel::Warning,
            fmt::format("{} carries something else now; opening it again", region_->description()));
        if (auto opened = open_region(); !opened) {
            fail(opened.error());
            return;
        }
        pump_ = std::make_unique<FramePump>(*subscriber_, *presenter_);
        pump_->set_refresh(told_refresh_mhz_);
        bind_region();
        follow_broker();
    } else if (was_alone && region_->link() == Region::Link::Served) {
        log(LogLevel::Info, "the broker is back");
        unwatch_region();
        watch_region();
        follow_broker();
    }
    remember_window();
    apply(subscriber_->tick(monotonic_now()));
    if (region_->doorbell_fd() < 0) {
        on_poll();  // A frame that came just now is one of the rate, too.
        return;
    }
    check_truncation();
    look(monotonic_now());
}

void Viewer::on_poll() {
    const Nanoseconds now = monotonic_now();
    look(now);
    check_truncation();
    sleep_until_next_look(now);
}

void Viewer::sleep_until_next_look(Nanoseconds now) {
    loop_.arm(poll_timer_, poll_pace_.sleep_after(std::exchange(found_, {}), now));
}

void Viewer::check_truncation() {
    if (region_->memory().was_truncated()) {
        fail(Error::not_found(fmt::format(
            "the region {} was cut short while it was in use; start the broker or create the "
            "file again",
            region_->description())));
    }
}

/// The tick runs while there is somebody to tell and hear, or a broker to find again.
void Viewer::schedule() {
    const bool needed = subscriber_->status().state != SessionStatus::State::NoPublisher ||
                        region_->link() != Region::Link::Served || region_->doorbell_fd() < 0;
    if (!needed) {
        loop_.disarm(tick_timer_);
    } else if (!loop_.is_armed(tick_timer_)) {
        loop_.arm(tick_timer_, kTick);
    }
}

}  // namespace oriel
