// SPDX-License-Identifier: MIT
// What viewers would like the guest's screen to be, what comes of it, and what the guest would like
// of them.
#include <cstdlib>

#include <fmt/format.h>

#include "base/log.h"
#include "guest/agent.h"

namespace oriel {
namespace {

/// Two slots will do for a screen that changes its size.
constexpr std::uint32_t kLeastSlots = 2;

/// Rates that differ by less are the same mode's: 59.94 Hz and 60 Hz.
constexpr std::int64_t kSameMhz = 1'000;

constexpr std::uint32_t kEverybody = (1U << abi::kMaxViewers) - 1;

}  // namespace

void Agent::hear_wishes() {
    while (publisher_) {
        const auto wish = publisher_->next_wish();
        if (!wish) {
            break;
        }
        answer_wish(wish_pace_.note(*wish), wish->output, ModeAnswer::Refused);
    }
    grant_wish();
}

void Agent::answer_wish(std::uint32_t viewers, std::uint32_t output, ModeAnswer answer) {
    if (!publisher_ || viewers == 0) {
        return;
    }
    for (std::uint32_t viewer = 0; viewer < abi::kMaxViewers; ++viewer) {
        if ((viewers >> viewer & 1U) != 0) {
            publisher_->answer_wish(viewer, output, answer);
        }
    }
    region_->ring_viewers(viewers & kEverybody);
}

void Agent::grant_wish() {
    const auto due = wish_pace_.take(monotonic_now());
    if (!due) {
        if (const auto when = wish_pace_.due()) {
            loop_.arm_at(wish_timer_, *when);
        }
        return;
    }
    const auto set = set_mode(due->wish);
    if (!set && set.error().message != refusal_) {
        refusal_ = set.error().message;
        log(LogLevel::Info, "a viewer's wish was refused: " + refusal_);
    }
    answer_wish(due->viewers, due->wish.output, set ? ModeAnswer::Accepted : ModeAnswer::Refused);
}

Result<void> Agent::set_mode(const ModeWish& wish) {
    if (source_ == nullptr) {
        return Failure(Error::not_found("there is no screen at present"));
    }
    if (is_in_force(wish)) {
        return {};
    }
    if (options_.resize == AgentOptions::Resize::Ignore) {
        return Failure(Error::unsupported("this oriel-guest was started with --resize ignore"));
    }
    ORIEL_TRY(check_room(wish.size));
    if (mode_setter_ == nullptr) {
        ORIEL_TRY_ASSIGN(mode_setter_, source_->open_mode_setter());
    }
    ORIEL_TRY_ASSIGN(const Size size, mode_setter_->set_mode(wish.size, wish.refresh_mhz));
    refusal_.clear();
    granted_ = wish;
    log(LogLevel::Info,
        fmt::format("the screen is {}x{} now, as a viewer wished", size.width, size.height));
    return {};
}

/// What the guest wishes of the host: that its screen stay on.
void Agent::follow_idle() {
    if (!publisher_ || source_ == nullptr) {
        return;
    }
    const bool is_kept_on = activity_ == Source::Activity::Running && source_->is_kept_on();
    publish_cursor();  // Its events may have come with the answer.
    if (is_kept_on != is_kept_on_) {
        is_kept_on_ = is_kept_on;
        publisher_->set_idle_inhibit(is_kept_on);
        region_->ring_viewers(publisher_->audience().doorbell);
    }
}

bool Agent::is_in_force(const ModeWish& wish) const {
    if (source_->geometry().size != wish.size) {
        return false;
    }
    const std::int64_t has = source_->refresh_mhz();
    return wish.refresh_mhz == 0 || has == 0 ||
           std::abs(has - std::int64_t{wish.refresh_mhz}) < kSameMhz ||
           (granted_ && granted_->size == wish.size && granted_->refresh_mhz == wish.refresh_mhz);
}

/// A larger screen brings a new epoch with larger slots, where the region has room for them.
Result<void> Agent::check_room(Size size) const {
    FrameGeometry geometry = source_->geometry();
    geometry.size = size;
    geometry.stride = aligned_stride(size.width, geometry.format);
    const OutputNeeds needs{slot_bytes_for(geometry), kLeastSlots};
    const std::uint64_t bytes = needed_region_size({&needs, 1});
    if (bytes > region_->memory().bytes().size()) {
        return Failure(Error::unsupported(fmt::format("{}x{} does not fit the region: {}",
                                                      size.width,
                                                      size.height,
                                                      region_->how_to_enlarge(bytes))));
    }
    return {};
}

}  // namespace oriel
