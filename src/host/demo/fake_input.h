// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <xcb/xcb.h>

namespace oriel {

/// What a person's hand does at an X server's own devices.
struct FakeInput {
    std::uint8_t type = 0;  ///< XCB_KEY_PRESS, XCB_BUTTON_RELEASE, XCB_MOTION_NOTIFY...
    std::uint8_t detail =
        0;  ///< A keycode or a button's number; of a motion: 1 for a relative one.
    int x = 0;
    int y = 0;
};

/// A kernel's code of a key is so much less than X's.
inline constexpr std::uint32_t kFirstKeycode = 8;

/// As if a person did it (XTestFakeInput). Only queued: flush or sync afterwards.
/// False: the server has no XTEST.
bool fake_input(xcb_connection_t* connection, const FakeInput& input);

}  // namespace oriel
