// SPDX-License-Identifier: MIT
#include "guest/agent.h"

#include <utility>

#include "base/log.h"
#include "relay/fence.h"

namespace oriel {
namespace {

constexpr Nanoseconds kTick = std::chrono::milliseconds(500);

/// Longer than a viewer takes to hear of an answer.
constexpr Nanoseconds kStayForClocks = std::chrono::microseconds(500);

constexpr Nanoseconds kRetry = std::chrono::milliseconds(5);
constexpr std::uint32_t kEverybody = (1U << abi::kMaxViewers) - 1;
constexpr std::uint32_t kOutput = 0;

FrameContent content_of(const Captured& captured) {
    return {.damage = captured.damage,
            .capture_start = captured.capture_start,
            .vblank = captured.vblank,
            .colour = captured.colour};
}

}  // namespace

Agent::Agent(PollLoop& loop, const AgentOptions& options, SourceOpener opener)
    : loop_(loop), options_(options), opener_(std::move(opener)) {
    capture_timer_ = loop_.add_timer([this] { capture_if_due(); });
    tick_timer_ = loop_.add_timer([this] { on_tick(); });
    look_timer_ = loop_.add_timer([this] { on_look(); });
    wish_timer_ = loop_.add_timer([this] { grant_wish(); });
}

Agent::~Agent() {
    if (publisher_) {
        publisher_->set_state(abi::kStateEnded, abi::kReasonNone);
        publisher_->forget_newest(kOutput);
        region_->ring_viewers(kEverybody);
    }
    unwatch_region();
    unwatch_source();
    loop_.remove(capture_timer_);
    loop_.remove(tick_timer_);
    loop_.remove(look_timer_);
    loop_.remove(wish_timer_);
}

void Agent::on_doorbell() {
    region_->drain_doorbell();
    ++statistics_.rings;
    if (!look_pace_.is_rung()) {
        look_pace_.note_ring();
        pace_looks();
    }
    survey();
    capture_if_due();
}

void Agent::on_source() {
    if (!dispatch_source()) {
        return;
    }
    if (publisher_) {
        follow_screen();
        publish_cursor();
    } else if (region_ != nullptr && source_->geometry() != epoch_geometry_) {
        // The screen did not fit the region before: it may now.
        static_cast<void>(start_epoch());
    }
    capture_if_due();
}

/// Whether there still is one afterwards.
bool Agent::dispatch_source() {
    if (auto done = source_->dispatch(); !done) {
        lose_source(done.error());
        return false;
    }
    if (source_->wake_handle() != source_handle_) {
        follow_source();
    }
    return source_ != nullptr;
}

/// It captures another way now, and is as new.
void Agent::follow_source() {
    unwatch_source();
    watch_source();
    mode_setter_.reset();
    if (region_ != nullptr) {
        if (auto started = start_epoch(); !started) {
            log(LogLevel::Error, started.error().message);
        }
    }
}

/// A screen that is off keeps its last picture; the viewers are told that it is old.
void Agent::follow_screen() {
    if (source_->has_screen() == has_screen_) {
        return;
    }
    has_screen_ = !has_screen_;
    publisher_->set_state(has_screen_ ? abi::kStateLive : abi::kStateWaiting,
                          has_screen_ ? abi::kReasonNone : abi::kReasonNoScreen);
    region_->ring_viewers(kEverybody);
}

void Agent::survey() {
    if (!publisher_) {
        return;
    }
    const Nanoseconds give_up = monotonic_now() + kStayForClocks;
    do {
        const std::uint32_t answered = publisher_->survey(monotonic_now()).answered;
        if (answered == 0) {
            break;
        }
        region_->ring_viewers(answered);
    } while (is_asked_again(give_up));
    follow_audience();
    hear_wishes();
}

/// Where nobody can ring us, who matches clocks asks again while we are awake.
bool Agent::is_asked_again(Nanoseconds give_up) {
    if (look_pace_.is_rung()) {
        return false;
    }
    while (!publisher_->board().has_news()) {
        if (monotonic_now() >= give_up) {
            return false;
        }
        spin_pause();
    }
    return true;
}

void Agent::follow_audience() {
    const Audience& audience = publisher_->audience();
    pace_.set_refresh(audience.refresh_mhz);
    look_pace_.note_audience(audience.attached != 0 ? LookPace::Audience::Somebody
                                                    : LookPace::Audience::Nobody);
    const auto wanted =
        audience.has_eyes() ? Source::Activity::Running : Source::Activity::Suspended;
    if (source_ != nullptr && wanted != activity_) {
        if (auto set = source_->set_activity(wanted); !set) {
            lose_source(set.error());
            return;
        }
        activity_ = wanted;
        if (wanted == Source::Activity::Suspended) {
            // What is in the slots ages from now on: nobody may take it for the screen.
            publisher_->forget_newest(kOutput);
            lent_.reset();
        } else {
            publish_cursor();
        }
    }
    schedule();
}

/// The tick runs while somebody is there to see it, or something is to be watched for.
void Agent::schedule() {
    const bool needed =
        source_ == nullptr || region_ == nullptr || region_->link() != Region::Link::Served ||
        region_->memory().was_truncated() || (publisher_ && publisher_->audience().attached != 0);
    if (!needed) {
        loop_.disarm(tick_timer_);
    } else if (!loop_.is_armed(tick_timer_)) {
        loop_.arm(tick_timer_, kTick);
    }
}

void Agent::capture_if_due() {
    schedule();
    if (!publisher_ || source_ == nullptr || activity_ == Source::Activity::Suspended) {
        return;
    }
    if (source_->slot_use() != SlotUse::AtCapture) {
        capture_by_lending();
        return;
    }
    const auto own_pace = source_->next_due();
    const Nanoseconds now = monotonic_now();
    if (source_->has_change()) {
        const Nanoseconds start = own_pace ? now : pace_.earliest_start();
        if (start > now) {
            loop_.arm_at(capture_timer_, start);
            return;
        }
        pace_.note_start(now);
        if (!look_pace_.is_rung()) {
            look_for_news();
        }
        if (source_ != nullptr && activity_ == Source::Activity::Running) {
            capture();
        }
    }
    if (source_ == nullptr) {
        return;
    }
    if (const auto due = source_->next_due()) {
        loop_.arm_at(capture_timer_, *due);
    } else if (source_->has_change() && !loop_.is_armed(capture_timer_)) {
        loop_.arm_at(capture_timer_, pace_.earliest_start());
    }
}

std::optional<SlotLease> Agent::take_slot(const FrameGeometry& geometry) {
    auto lease = publisher_->begin_frame(kOutput, geometry, monotonic_now());
    if (lease) {
        return *lease;
    }
    if (lease.error() == PublishFault::FrameTooLarge) {
        if (auto started = start_epoch(); !started) {
            log(LogLevel::Error, started.error().message);
        }
    }
    loop_.arm(capture_timer_, kRetry);
    return std::nullopt;
}

void Agent::capture() {
    const FrameGeometry geometry = source_->geometry();
    const auto lease = take_slot(geometry);
    if (!lease) {
        return;
    }
    const Nanoseconds since = source_->changed_since().value_or(monotonic_now());
    const CaptureTarget target{
        .pixels = lease->pixels,
        .region_offset = lease->region_offset,
        .geometry = geometry,
        .stale = lease->stale,
        .announce = [this, since](const Damage& damage) { announce(damage, since); },
        .rows_ready =
            [this](std::uint32_t rows) {
                publisher_->rows_ready(rows);
            }};
    const auto captured = source_->capture(target);
    if (!captured) {
        publisher_->abort_frame(Damage::whole(geometry.size));
        log(LogLevel::Debug, captured.error().message);
        // Usually the screen just changed its size: its event is on the way.
        loop_.arm(capture_timer_, kRetry);
        return;
    }
    publish(*captured, lease->stale);
}

/// Readers that copy may start on what is written from now on.
void Agent::announce(const Damage& damage, Nanoseconds since) {
    publisher_->announce_frame({.damage = damage, .capture_start = since, .vblank = Nanoseconds(0)},
                               monotonic_now());
    region_->ring_viewers(publisher_->audience().early);
}

void Agent::publish(const Captured& captured, const Damage& stale) {
    const Nanoseconds now = monotonic_now();
    const std::uint64_t before = publisher_->frames();
    if (captured.damage.is_empty() && before != 0 && stale.is_empty()) {
        publisher_->abort_frame({});
        return;
    }
    publisher_->finish_frame(content_of(captured), now);
    region_->ring_viewers(publisher_->audience().doorbell);
    ++statistics_.frames;
    statistics_.bytes_moved += captured.bytes_moved;
    statistics_.bytes_moved_by_gpu += captured.bytes_moved_by_gpu;
    statistics_.damaged_pixels += captured.damage.area();
    if (captured.capture_start > Nanoseconds(0)) {
        statistics_.capture.add(now - captured.capture_start);
    }
}

void Agent::publish_cursor() {
    bool changed = false;
    const Nanoseconds now = monotonic_now();
    if (const auto image = source_->take_cursor_image()) {
        publisher_->cursor(kOutput).set_image(*image, now);
        changed = true;
    }
    if (const auto position = source_->cursor_position();
        position && position != cursor_position_) {
        cursor_position_ = position;
        publisher_->cursor(kOutput).set_position(*position, now);
        changed = true;
    }
    if (changed) {
        region_->ring_viewers(publisher_->audience().doorbell);
    }
}

}  // namespace oriel
