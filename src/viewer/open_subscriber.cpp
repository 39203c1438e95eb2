// SPDX-License-Identifier: MIT
#include "viewer/open_subscriber.h"

#include "base/clock.h"
#include "interop/looking_glass/subscriber.h"

namespace oriel {

std::unique_ptr<Subscriber> open_subscriber(const Region& region,
                                            SubscriberOptions::Doorbell doorbell) {
    using looking_glass::LookingGlassSubscriber;
    const auto bytes = region.memory().bytes();
    const bool takes = region.role() == Role::Show;
    if (region.protocol() == RegionProtocol::LookingGlass) {
        return std::make_unique<LookingGlassSubscriber>(
            bytes,
            takes ? LookingGlassSubscriber::Part::Takes : LookingGlassSubscriber::Part::Watches);
    }
    if (!takes) {
        return std::make_unique<RelaySubscriber>(bytes, SubscriberOptions{});
    }
    return std::make_unique<RelaySubscriber>(
        bytes,
        SubscriberOptions{
            .viewer = region.viewer_index(), .doorbell = doorbell, .clock_domain = clock_domain()});
}

}  // namespace oriel
