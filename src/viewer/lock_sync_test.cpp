// SPDX-License-Identifier: MIT
#include "viewer/lock_sync.h"

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

namespace oriel {
namespace {

using Codes = std::vector<std::uint32_t>;

constexpr LockLeds kDark{};
constexpr LockLeds kCaps{.caps_lock = true};
constexpr LockLeds kAll{.scroll_lock = true, .num_lock = true, .caps_lock = true};

TEST(LockSync, PressesWhatDiffers) {
    EXPECT_EQ(LockSync().keys_to_press(kAll, kDark),
              (Codes{KEY_CAPSLOCK, KEY_NUMLOCK, KEY_SCROLLLOCK}));
    EXPECT_EQ(LockSync().keys_to_press(kDark, kCaps), Codes{KEY_CAPSLOCK});
    EXPECT_EQ(LockSync().keys_to_press(kCaps, kCaps), Codes{});
}

TEST(LockSync, PressesNothingBlindly) {
    EXPECT_EQ(LockSync().keys_to_press(kAll, std::nullopt), Codes{});
}

TEST(LockSync, WaitsForTheGuestInsteadOfPressingTwice) {
    LockSync sync;
    sync.keys_to_press(kCaps, kDark);

    EXPECT_EQ(sync.keys_to_press(kCaps, kDark), Codes{});
    EXPECT_EQ(sync.keys_to_press(kDark, kDark), Codes{KEY_CAPSLOCK});
}

TEST(LockSync, BelievesTheGuestOnceItTold) {
    LockSync sync;
    sync.keys_to_press(kCaps, kDark);

    sync.guest_told();

    EXPECT_EQ(sync.keys_to_press(kCaps, kDark), Codes{KEY_CAPSLOCK});
}

}  // namespace
}  // namespace oriel
