// SPDX-License-Identifier: MIT
// What the agent is connected to: its region and its source, which come and go.
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "base/process.h"
#include "base/version.h"
#include "guest/agent.h"
#include "guest/open_source.h"
#include "relay/broker_page.h"

namespace oriel {
namespace {

/// What a GPU or a format refuses is seldom had half a second later, and asking may cost much.
constexpr Nanoseconds kRefusedPause = std::chrono::seconds(4);

constexpr std::uint32_t kEverybody = (1U << abi::kMaxViewers) - 1;
constexpr std::uint32_t kOutput = 0;
constexpr std::uint32_t kDefaultSlots = 4;

LookPace::Bell bell_of(const Region& region) {
    if (region.doorbell_handle() == kNoHandle) {
        return LookPace::Bell::None;
    }
    return region.may_fall_silent() ? LookPace::Bell::MayFallSilent : LookPace::Bell::Sure;
}

}  // namespace

Result<std::unique_ptr<Agent>> Agent::open(PollLoop& loop,
                                           const AgentOptions& options,
                                           SourceOpener opener) {
    if (!opener) {
        opener = [options] {
            return oriel::open_source(options.capture, options.display);
        };
    }
    std::unique_ptr<Agent> agent(new Agent(loop, options, std::move(opener)));
    if (options.patience == AgentOptions::Patience::Fail) {
        ORIEL_TRY(agent->open_source());
        ORIEL_TRY(agent->open_region());
    } else {
        // While there is no region, one that tries again and again leaves the screen alone.
        ORIEL_TRY(agent->open_region());
        ORIEL_TRY(agent->open_source());
    }
    ORIEL_TRY(agent->start_epoch());
    return agent;
}

Result<void> Agent::open_source() {
    ORIEL_TRY_ASSIGN(source_, opener_());
    activity_ = Source::Activity::Suspended;
    watch_source();
    return {};
}

Result<void> Agent::open_region() {
    unwatch_region();
    publisher_.reset();
    lent_.reset();
    last_word_.reset();
    region_.reset();
    ORIEL_TRY_ASSIGN(region_, Region::open(options_.target, Role::Publish));
    leave_last_word();
    watch_region();
    return {};
}

/// A broker hears of our end, and tells the viewers; in a virtual machine there is none.
void Agent::leave_last_word() {
    if (region_->connection_handle() != kNoHandle) {
        return;
    }
    if (auto made = oriel::leave_last_word(*region_); made) {
        last_word_ = std::move(*made);
    } else {
        log(LogLevel::Debug, made.error().message);
    }
}

void Agent::watch_source() {
    source_handle_ = source_->wake_handle();
    if (source_handle_ != kNoHandle) {
        source_watch_ = loop_.watch(source_handle_, [this] { on_source(); });
    }
}

void Agent::unwatch_source() {
    if (source_watch_) {
        loop_.remove(*std::exchange(source_watch_, std::nullopt));
    }
}

void Agent::watch_region() {
    if (region_->doorbell_handle() != kNoHandle) {
        doorbell_watch_ = loop_.watch(region_->doorbell_handle(), [this] { on_doorbell(); });
    }
    look_pace_ = LookPace(bell_of(*region_));
    pace_looks();
    if (region_->connection_handle() != kNoHandle) {
        connection_watch_ = loop_.watch(region_->connection_handle(), [this] { on_connection(); });
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
        .process = process_id(),
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
    lent_.reset();
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
    is_kept_on_ = false;
    has_screen_ = true;
    ORIEL_TRY(source_->bind_region(region_->fd(), region_->memory()));
    ORIEL_TRY(source_->set_activity(Source::Activity::Suspended));
    activity_ = Source::Activity::Suspended;
    survey();
    return {};
}

void Agent::pace_looks() {
    if (const auto period = look_pace_.period()) {
        loop_.arm(look_timer_, *period);
    } else {
        loop_.disarm(look_timer_);
    }
}

/// In a doorbell's place, or to find out that it fell silent.
void Agent::look() {
    if (look_for_news()) {
        look_pace_.note_found();
    }
    pace_looks();
}

void Agent::on_look() {
    look();
    capture_if_due();
}

bool Agent::look_for_news() {
    ++statistics_.looks;
    if (!publisher_ || !publisher_->board().has_news()) {
        return false;
    }
    ++statistics_.finds;
    survey();
    return true;
}

void Agent::on_connection() {
    region_->serve_connection();
    if (region_->link() == Region::Link::Alone && connection_watch_) {
        // Until serve_connection() finds a broker again there is nothing to poll.
        loop_.remove(*std::exchange(connection_watch_, std::nullopt));
    }
    schedule();
}

/// Follows the broker, and opens the region anew where it was replaced; else the next tick does.
Result<void> Agent::keep_region() {
    if (region_ == nullptr || region_->link() == Region::Link::Replaced ||
        region_->memory().was_truncated()) {
        ORIEL_TRY(open_region());
        log(LogLevel::Info, fmt::format("publishing into {} again", options_.target.text()));
        return source_ == nullptr ? Result<void>() : start_epoch();
    }
    if (region_->link() == Region::Link::Alone) {
        region_->serve_connection();
        if (region_->link() == Region::Link::Served) {
            unwatch_region();
            watch_region();
        }
    }
    return {};
}

/// Tries what was lost again. Errors: what is still missing; said is only what is new.
Result<void> Agent::keep_source() {
    if (source_ != nullptr || monotonic_now() < source_due_) {
        return {};
    }
    if (auto opened = open_source(); !opened) {
        const bool is_refused = opened.error().kind == ErrorKind::Unsupported;
        source_due_ = is_refused ? monotonic_now() + kRefusedPause : Nanoseconds(0);
        return opened;
    }
    log(LogLevel::Info, fmt::format("capturing {} again", source_->description()));
    return region_ == nullptr ? Result<void>() : start_epoch();
}

void Agent::on_tick() {
    for (const auto& kept : {keep_region(), keep_source()}) {
        if (!kept && kept.error().message != complaint_) {
            complaint_ = kept.error().message;
            log(LogLevel::Warning, complaint_ + "; trying again");
        }
    }
    if (publisher_) {
        if (look_pace_.period()) {
            look();
        }
        survey();
        follow_idle();
        publisher_->tick(monotonic_now());
    }
    capture_if_due();
}

void Agent::lose_source(const Error& error) {
    log(LogLevel::Warning, error.message + "; waiting for it to come back");
    complaint_.clear();
    unwatch_source();
    mode_setter_.reset();
    granted_.reset();
    source_.reset();
    lent_.reset();
    if (publisher_) {
        publisher_->abort_frame(Damage::whole(epoch_geometry_.size));
        publisher_->forget_newest(kOutput);
        publisher_->set_state(abi::kStateWaiting, abi::kReasonNoScreen);
        region_->ring_viewers(kEverybody);
    }
    loop_.disarm(capture_timer_);
    schedule();
}

}  // namespace oriel
