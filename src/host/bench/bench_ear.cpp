// SPDX-License-Identifier: MIT
#include "host/bench/bench_ear.h"

namespace oriel {

Result<std::unique_ptr<BenchEar>> BenchEar::open(const std::string& region, OnFrame on_frame) {
    std::unique_ptr<BenchEar> ear(new BenchEar(std::move(on_frame)));
    ORIEL_TRY_ASSIGN(ear->region_, Region::open({Target::Kind::Name, region}, Role::Show));
    ear->subscriber_ = std::make_unique<RelaySubscriber>(
        ear->region_->memory().bytes(),
        SubscriberOptions{.viewer = ear->region_->viewer_index(), .clock_domain = clock_domain()});
    ear->loop_.watch(ear->region_->doorbell_handle(), [raw = ear.get()] { raw->on_doorbell(); });
    ear->tick_timer_ = ear->loop_.add_timer([raw = ear.get()] { raw->on_tick(); });
    ear->loop_.arm(ear->tick_timer_, Nanoseconds(0));
    return ear;
}

void BenchEar::on_tick() {
    constexpr Nanoseconds kTick = std::chrono::milliseconds(500);
    subscriber_->tick(monotonic_now());
    loop_.arm(tick_timer_, kTick);
}

/// As in the viewer: what is new goes first, and a ring before the doorbell is empty is not missed.
void BenchEar::on_doorbell() {
    look();
    region_->drain_doorbell();
    look();
}

void BenchEar::look() {
    subscriber_->refresh(monotonic_now());
    const auto held = subscriber_->take(0, FrameReader::Wanted::Finished, taken_);
    if (held) {
        taken_ = held->found.info.sequence;
        on_frame_(*subscriber_, *held);
        subscriber_->release(*held);
    }
}

}  // namespace oriel
