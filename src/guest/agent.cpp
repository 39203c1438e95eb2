// SPDX-License-Identifier: MIT
#include "guest/agent.h"

#include <cstdlib>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "base/log.h"
#include "base/version.h"
#include "guest/open_source.h"
#include "relay/broker_page.h"

namespace oriel {
namespace {

constexpr Nanoseconds kTick = std::chrono::milliseconds(500);

/// Where nobody can ring us: how often a viewer is looked for. One that comes sees its first
/// picture within 350 ms.
constexpr Nanoseconds kLook = std::chrono::milliseconds(100);

constexpr Nanoseconds kRetry = std::chrono::milliseconds(5);
constexpr std::uint32_t kEverybody = (1U << abi::kMaxViewers) - 1;
constexpr std::uint32_t kOutput = 0;
constexpr std::uint32_t kDefaultSlots = 4;

std::string host_name() {
    char name[256] = {};
    return ::gethostname(name, sizeof(name) - 1) == 0 ? name : "";
}

FrameContent content_of(const Captured& captured) {
    return {.damage = captured.damage,
            .capture_start = captured.capture_start,
            .vblank = captured.vblank};
}

}  // namespace

Agent::Agent(PollLoop& loop, const AgentOptions& options) : loop_(loop), options_(options) {
    capture_timer_ = loop_.add_timer([this] { capture_if_due(); });
    tick_timer_ = loop_.add_timer([this] { on_tick(); });
    look_timer_ = loop_.add_timer([this] { on_look(); });
}

Result<std::unique_ptr<Agent>> Agent::open(PollLoop& loop, const AgentOptions& options) {
    std::unique_ptr<Agent> agent(new Agent(loop, options));
    ORIEL_TRY(agent->open_source());
    ORIEL_TRY(agent->open_region());
    return agent;
}

Agent::~Agent() {
    if (publisher_) {
        publisher_->set_state(abi::kStateEnded, abi::kReasonNone);
        publisher_->forget_newest(kOutput);
        region_->ring_viewers(kEverybody);
    }
    unwatch_region();
    if (source_watch_) {
        loop_.remove(*source_watch_);
    }
    loop_.remove(capture_timer_);
    loop_.remove(tick_timer_);
    loop_.remove(look_timer_);
}

Result<void> Agent::open_source() {
    ORIEL_TRY_ASSIGN(source_, oriel::open_source(options_.capture, options_.display));
    activity_ = Source::Activity::Suspended;
    watch_source();
    return {};
}

Result<void> Agent::open_region() {
    unwatch_region();
    publisher_.reset();
    region_.reset();
    ORIEL_TRY_ASSIGN(region_, Region::open(options_.target, Role::Publish));
    ORIEL_TRY(start_epoch());
    watch_region();
    return {};
}

void Agent::watch_source() {
    if (source_->fd() >= 0) {
        source_watch_ = loop_.watch(source_->fd(), [this] { on_source(); });
    }
}

void Agent::watch_region() {
    if (region_->doorbell_fd() >= 0) {
        doorbell_watch_ = loop_.watch(region_->doorbell_fd(), [this] { on_doorbell(); });
    } else {
        loop_.arm(look_timer_, kLook);
    }
    if (region_->connection_fd() >= 0) {
        connection_watch_ = loop_.watch(region_->connection_fd(), [this] { on_connection(); });
    }
}

void Agent::unwatch_region() {
    loop_.disarm(look_timer_);
    if (doorbell_watch_) {
        loop_.remove(*std::exchange(doorbell_watch_, std::nullopt));
    }
    if (connection_watch_) {
        loop_.remove(*std::exchange(connection_watch_, std::nullopt));
    }
}

/// As many slots as the broker asks for, or fewer where they do not fit: two will do.
OutputNeeds Agent::needs() const {
    const std::span<std::byte> memory = region_->memory().bytes();
    const std::uint32_t wanted = read_broker_page(SharedBytes(memory)).slots;
    OutputNeeds output{slot_bytes_for(epoch_geometry_), wanted == 0 ? kDefaultSlots : wanted};
    while (output.slots > 2 && needed_region_size({&output, 1}) > memory.size()) {
        --output.slots;
    }
    return output;
}

std::uint64_t Agent::needed_bytes() const {
    const OutputNeeds least = needs();
    return needed_region_size({&least, 1});
}

Result<Publisher> Agent::start_publisher() {
    const std::span<std::byte> memory = region_->memory().bytes();
    const PublisherDescription description{
        .agent = fmt::format("oriel-guest {}", kVersion),
        .host_name = host_name(),
        .source = source_->description(),
        .clock_domain = clock_domain(),
        .process = static_cast<std::uint32_t>(::getpid()),
        .outputs = {OutputDescription{.needs = needs(),
                                      .id = 1,
                                      .name = source_->description(),
                                      .x = 0,
                                      .y = 0,
                                      .refresh_mhz = source_->refresh_mhz()}}};
    return Publisher::start(memory, description, random_u64(), random_u64(), monotonic_now());
}

Result<void> Agent::start_epoch() {
    publisher_.reset();
    epoch_geometry_ = source_->geometry();
    auto publisher = start_publisher();
    // Also where it failed: the region now says why.
    region_->ring_viewers(kEverybody);
    if (!publisher) {
        Error error = std::move(publisher).error();
        if (error.kind == ErrorKind::Unsupported) {
            error.message += "; " + region_->how_to_enlarge(needed_bytes());
        }
        return Failure(std::move(error));
    }
    publisher_.emplace(std::move(*publisher));
    ORIEL_TRY(source_->bind_region(region_->fd(), region_->memory()));
    ORIEL_TRY(source_->set_activity(Source::Activity::Suspended));
    activity_ = Source::Activity::Suspended;
    survey();
    return {};
}

void Agent::on_doorbell() {
    region_->drain_doorbell();
    survey();
    capture_if_due();
}

/// In a doorbell's place.
void Agent::on_look() {
    loop_.arm(look_timer_, kLook);
    look_for_news();
    capture_if_due();
}

void Agent::look_for_news() {
    if (region_->doorbell_fd() < 0 && publisher_ && publisher_->board().has_news()) {
        survey();
    }
}

void Agent::on_connection() {
    region_->serve_connection();
    if (region_->link() == Region::Link::Alone && connection_watch_) {
        // Until serve_connection() finds a broker again there is nothing to poll.
        loop_.remove(*std::exchange(connection_watch_, std::nullopt));
    }
    schedule();
}

void Agent::on_tick() {
    const bool was_alone = region_->link() == Region::Link::Alone;
    if (was_alone) {
        region_->serve_connection();
    }
    if (region_->link() == Region::Link::Replaced) {
        if (auto opened = open_region(); !opened) {
            log(LogLevel::Warning, opened.error().message);
            loop_.arm(tick_timer_, kTick);
            return;
        }
    } else if (was_alone && region_->link() == Region::Link::Served) {
        unwatch_region();
        watch_region();
    }
    if (source_ == nullptr) {
        if (auto opened = open_source(); opened) {
            log(LogLevel::Info, fmt::format("capturing {} again", source_->description()));
            if (auto started = start_epoch(); !started) {
                log(LogLevel::Error, started.error().message);
            }
        }
    }
    if (publisher_) {
        survey();
        publisher_->tick(monotonic_now());
    }
    capture_if_due();
}

void Agent::on_source() {
    if (auto done = source_->dispatch(); !done) {
        lose_source(done.error());
        return;
    }
    if (publisher_) {
        publish_cursor();
    } else if (source_->geometry() != epoch_geometry_) {
        // The screen did not fit the region before: it may now.
        static_cast<void>(start_epoch());
    }
    capture_if_due();
}

void Agent::lose_source(const Error& error) {
    log(LogLevel::Warning, error.message + "; waiting for it to come back");
    if (source_watch_) {
        loop_.remove(*std::exchange(source_watch_, std::nullopt));
    }
    source_.reset();
    if (publisher_) {
        publisher_->abort_frame(Damage::whole(epoch_geometry_.size));
        publisher_->forget_newest(kOutput);
        publisher_->set_state(abi::kStateWaiting, abi::kReasonNoScreen);
        region_->ring_viewers(kEverybody);
    }
    loop_.disarm(capture_timer_);
    loop_.arm(tick_timer_, kTick);
}

void Agent::survey() {
    if (!publisher_) {
        return;
    }
    const Audience& audience = publisher_->survey(monotonic_now());
    if (audience.answered != 0) {
        region_->ring_viewers(audience.answered);
    }
    follow_audience();
}

void Agent::follow_audience() {
    const Audience& audience = publisher_->audience();
    pace_.set_refresh(audience.refresh_mhz);
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
        } else {
            publish_cursor();
        }
    }
    schedule();
}

/// The tick runs while somebody is there to see it, or something is to be watched for.
void Agent::schedule() {
    const bool needed = source_ == nullptr || region_->link() != Region::Link::Served ||
                        (publisher_ && publisher_->audience().attached != 0);
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
    const auto own_pace = source_->next_due();
    const Nanoseconds now = monotonic_now();
    if (source_->has_change()) {
        const Nanoseconds start = own_pace ? now : pace_.earliest_start();
        if (start > now) {
            loop_.arm_at(capture_timer_, start);
            return;
        }
        pace_.note_start(now);
        look_for_news();
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
