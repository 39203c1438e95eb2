// SPDX-License-Identifier: MIT
#include "relay/session_end.h"

#include <gtest/gtest.h>

#include "relay/relay_subscriber.h"
#include "relay/test_region.h"

namespace oriel {
namespace {

SessionStatus::State state_of(RelaySubscriber& subscriber) {
    subscriber.refresh(monotonic_now());
    return subscriber.status().state;
}

TEST(SessionEnd, IsSaidForAPublisherThatCannot) {
    TestRegion region;
    Publisher publisher = region.publish();
    RelaySubscriber subscriber(region.bytes(), {.viewer = 0});
    ASSERT_NE(state_of(subscriber), SessionStatus::State::NoPublisher);
    const std::uint32_t process = subscriber.status().process;

    EXPECT_FALSE(end_session(region.bytes(), process + 1)) << "that is another's";
    EXPECT_NE(state_of(subscriber), SessionStatus::State::NoPublisher);

    EXPECT_TRUE(end_session(region.bytes(), process));
    EXPECT_EQ(state_of(subscriber), SessionStatus::State::NoPublisher);
}

TEST(SessionEnd, OfNothingIsNotSaid) {
    TestRegion region;

    EXPECT_FALSE(end_session(region.bytes(), 0));
}

}  // namespace
}  // namespace oriel
