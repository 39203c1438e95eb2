// SPDX-License-Identifier: MIT
#include "viewer/wake_backoff.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

TEST(WakeBackoff, DoublesUpToFourMilliseconds) {
    WakeBackoff backoff;

    EXPECT_EQ(backoff.note_idle_wake(), std::chrono::microseconds(50));
    EXPECT_EQ(backoff.note_idle_wake(), std::chrono::microseconds(100));
    for (int i = 0; i < 20; ++i) {
        backoff.note_idle_wake();
    }
    EXPECT_EQ(backoff.note_idle_wake(), std::chrono::milliseconds(4));
}

TEST(WakeBackoff, StartsAnewAfterNews) {
    WakeBackoff backoff;
    backoff.note_idle_wake();
    backoff.note_idle_wake();

    backoff.note_news();

    EXPECT_EQ(backoff.note_idle_wake(), std::chrono::microseconds(50));
}

}  // namespace
}  // namespace oriel
