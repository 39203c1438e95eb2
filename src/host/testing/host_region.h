// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "region/broker_test_support.h"
#include "region/region.h"
#include "relay/publisher.h"
#include "relay/relay_subscriber.h"

namespace oriel::testing_support {

/// The options of a broker with room for HostPublisher's pictures.
BrokerOptions roomy_options(const TestFolder& folder);

/// A publisher of small pictures in a real region, for tests of those who look at it.
class HostPublisher {
  public:
    static constexpr Size kSize{64, 32};

    /// Checks that it can publish there.
    explicit HostPublisher(const Target& target);

    /// One frame, all its bytes `shade`.
    void publish(std::uint8_t shade);

    /// What such a frame's pixels are.
    static std::vector<std::byte> pixels_of(std::uint8_t shade);

    void say_good_bye() { publisher_->set_state(abi::kStateEnded, abi::kReasonNone); }

    /// Some viewer wants to see it.
    bool has_eyes();

  private:
    static FrameGeometry geometry();

    std::unique_ptr<Region> region_;
    std::optional<Publisher> publisher_;
};

/// A viewer that is there and takes nothing.
class HostViewer {
  public:
    explicit HostViewer(const Target& target);
    ~HostViewer();
    HostViewer(const HostViewer&) = delete;
    HostViewer& operator=(const HostViewer&) = delete;

  private:
    std::unique_ptr<Region> region_;
    std::optional<RelaySubscriber> subscriber_;
};

}  // namespace oriel::testing_support
