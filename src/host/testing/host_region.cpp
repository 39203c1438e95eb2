// SPDX-License-Identifier: MIT
#include "host/testing/host_region.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace oriel::testing_support {

BrokerOptions roomy_options(const TestFolder& folder) {
    BrokerOptions options = folder.options();
    options.size = 4U << 20U;
    return options;
}

HostPublisher::HostPublisher(const Target& target) {
    auto region = Region::open(target, Role::Publish);
    EXPECT_TRUE(region) << region.error().message;
    region_ = std::move(*region);
    PublisherDescription description;
    description.agent = "test agent";
    description.host_name = "test host";
    description.source = "test";
    OutputDescription output;
    output.needs = {.slot_bytes = slot_bytes_for(geometry()), .slots = 4};
    output.name = "test output";
    description.outputs = {output};
    auto publisher = Publisher::start(
        region_->memory().bytes(), description, random_u64(), random_u64(), monotonic_now());
    EXPECT_TRUE(publisher) << publisher.error().message;
    publisher_.emplace(std::move(*publisher));
    publisher_->set_state(abi::kStateLive, abi::kReasonNone);
}

FrameGeometry HostPublisher::geometry() {
    return {.size = kSize, .stride = aligned_stride(kSize.width, PixelFormat::Bgra8)};
}

std::vector<std::byte> HostPublisher::pixels_of(std::uint8_t shade) {
    return std::vector(geometry().bytes(), std::byte{shade});
}

void HostPublisher::publish(std::uint8_t shade) {
    publisher_->survey(monotonic_now());
    const auto lease = publisher_->begin_frame(0, geometry(), monotonic_now());
    ASSERT_TRUE(lease);
    std::ranges::fill(lease->pixels, std::byte{shade});
    publisher_->finish_frame({.damage = Damage::whole(kSize), .colour = {}}, monotonic_now());
    region_->ring_viewers(publisher_->audience().doorbell);
    publisher_->tick(monotonic_now());
}

bool HostPublisher::has_eyes() {
    return publisher_->survey(monotonic_now()).has_eyes();
}

HostViewer::HostViewer(const Target& target) {
    auto region = Region::open(target, Role::Show);
    EXPECT_TRUE(region) << region.error().message;
    region_ = std::move(*region);
    subscriber_.emplace(region_->memory().bytes(),
                        SubscriberOptions{.viewer = region_->viewer_index()});
    subscriber_->refresh(monotonic_now());
}

HostViewer::~HostViewer() {
    subscriber_->leave();
}

}  // namespace oriel::testing_support
