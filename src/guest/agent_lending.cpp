// SPDX-License-Identifier: MIT
// Sources that are lent a slot before anything changes: whoever draws the screen fills it.
#include "base/log.h"
#include "guest/agent.h"

namespace oriel {
namespace {

constexpr Nanoseconds kRetry = std::chrono::milliseconds(5);
constexpr std::uint32_t kAssumedMhz = 60'000;

/// Half of what passes between two pictures of the guest's screen. A slot lent that much before
/// the next frame may start is there for the picture that is nearest to it.
Nanoseconds half_period(std::uint32_t refresh_mhz) {
    return Nanoseconds(500'000'000'000 / (refresh_mhz != 0 ? refresh_mhz : kAssumedMhz));
}

}  // namespace

void Agent::capture_by_lending() {
    const Nanoseconds now = monotonic_now();
    if (const auto due = source_->next_due(); due && *due <= now) {
        if (!dispatch_source() || !publisher_) {
            return;
        }
    }
    if (source_->slot_use() == SlotUse::Filled) {
        capture_lent();
    }
    if (source_ != nullptr && source_->slot_use() == SlotUse::Wanted) {
        lend_slot();
    }
    if (source_ == nullptr) {
        return;
    }
    if (const auto due = source_->next_due()) {
        loop_.arm_at(capture_timer_, *due);
    }
}

void Agent::lend_slot() {
    if (lent_) {
        // The source gave it back: its screen became another.
        publisher_->abort_frame(Damage::whole(epoch_geometry_.size));
        lent_.reset();
    }
    const Nanoseconds start = pace_.earliest_start() - half_period(source_->refresh_mhz());
    if (start > monotonic_now()) {
        loop_.arm_at(capture_timer_, start);
        return;
    }
    const FrameGeometry geometry = source_->geometry();
    lent_ = take_slot(geometry);
    if (!lent_) {
        return;
    }
    if (auto done = source_->lend_slot(target_of(*lent_, geometry)); !done) {
        log(LogLevel::Debug, done.error().message);
        publisher_->abort_frame(Damage::whole(geometry.size));
        lent_.reset();
        loop_.arm(capture_timer_, kRetry);
    }
}

void Agent::capture_lent() {
    pace_.note_start(monotonic_now());
    if (!look_pace_.is_rung()) {
        look_for_news();
    }
    if (source_ == nullptr || !lent_ || source_->slot_use() != SlotUse::Filled) {
        return;
    }
    const SlotLease lease = *lent_;
    lent_.reset();
    const FrameGeometry geometry = source_->geometry();
    const auto captured = source_->capture(target_of(lease, geometry));
    if (!captured) {
        log(LogLevel::Debug, captured.error().message);
        publisher_->abort_frame(Damage::whole(geometry.size));
        return;
    }
    publish(*captured, lease.stale);
}

/// Without early readers: the pixels are there when the source hears of them.
CaptureTarget Agent::target_of(const SlotLease& lease, const FrameGeometry& geometry) const {
    return {.pixels = lease.pixels,
            .region_offset = lease.region_offset,
            .geometry = geometry,
            .stale = lease.stale,
            .announce = nullptr,
            .rows_ready = nullptr};
}

}  // namespace oriel
