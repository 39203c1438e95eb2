// SPDX-License-Identifier: MIT
#include "vm/region_viewer.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <poll.h>

#include "relay/frame_copy.h"

namespace oriel::testing_support {
namespace {

constexpr std::uint32_t kOutput = 0;
constexpr Nanoseconds kTick = std::chrono::milliseconds(500);
constexpr Nanoseconds kLook = std::chrono::milliseconds(5);

bool copy(const FrameReader& reader, const HeldFrame& held, std::span<std::byte> pixels) {
    const Damage all = Damage::whole(held.found.info.geometry.size);
    FrameCopy copy(reader, held.found, all, pixels);
    FrameCopy::Step step = FrameCopy::Step::More;
    while (step == FrameCopy::Step::More) {
        step = copy.step();
    }
    return step == FrameCopy::Step::Complete;
}

}  // namespace

RegionViewer::RegionViewer(const Target& target) {
    auto region = Region::open(target, Role::Show);
    EXPECT_TRUE(region) << region.error().message;
    region_ = std::move(*region);
    subscriber_ = std::make_unique<RelaySubscriber>(
        region_->memory().bytes(),
        SubscriberOptions{.viewer = region_->viewer_index(),
                          .doorbell = SubscriberOptions::Doorbell::Finished,
                          .clock_domain = clock_domain()});
    subscriber_->set_visibility(RelaySubscriber::Visibility::Visible);
}

RegionViewer::~RegionViewer() {
    subscriber_->leave();
    region_->ring_publisher();
}

void RegionViewer::tell(const RelaySubscriber::Changes& changes) {
    if (changes.ring_publisher) {
        region_->ring_publisher();
    }
}

bool RegionViewer::run_until(Nanoseconds limit, const std::function<bool(const Picture&)>& is_it) {
    const Nanoseconds give_up = monotonic_now() + limit;
    bool look = true;
    while (monotonic_now() < give_up) {
        if (monotonic_now() >= next_tick_) {
            next_tick_ = monotonic_now() + kTick;
            region_->serve_connection();
            tell(subscriber_->tick(monotonic_now()));
            look = true;
        }
        if (look && take() && is_it(picture_)) {
            return true;
        }
        look = wait(std::min(give_up, next_tick_) - monotonic_now());
    }
    return false;
}

/// Whether there may be something new.
bool RegionViewer::wait(Nanoseconds limit) {
    const bool has_doorbell = region_->doorbell_handle() >= 0;
    const auto time =
        std::chrono::ceil<std::chrono::milliseconds>(has_doorbell ? limit : std::min(limit, kLook));
    pollfd entry{region_->doorbell_handle(), POLLIN, 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(std::max<std::int64_t>(time.count(), 0)));
    if (ready > 0) {
        region_->drain_doorbell();
        ++rings_;
    }
    return ready > 0 || !has_doorbell;
}

bool RegionViewer::take() {
    tell(subscriber_->refresh(monotonic_now()));
    if (subscriber_->status().state != SessionStatus::State::Live) {
        return false;
    }
    const auto held = subscriber_->take(kOutput, FrameReader::Wanted::Finished, 0);
    if (!held) {
        return false;
    }
    picture_.info = held->found.info;
    picture_.pixels.resize(picture_.info.geometry.bytes());
    const bool is_whole = copy(subscriber_->reader(kOutput), *held, picture_.pixels);
    subscriber_->release(*held);
    if (!is_whole) {
        subscriber_->retake(kOutput);
        return false;
    }
    ++pictures_;
    return true;
}

}  // namespace oriel::testing_support
