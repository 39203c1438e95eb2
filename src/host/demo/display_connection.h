// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include <xcb/xcb.h>

#include "base/result.h"
#include "host/demo/demo_cookie.h"

namespace oriel {

struct DisplayFree {
    void operator()(void* memory) const noexcept;
};

/// What xcb allocated: replies, events.
template <class T>
using DisplayReply = std::unique_ptr<T, DisplayFree>;

/// A connection to an X server, and its screen there. Threads: one.
struct DisplayConnection {
    struct Disconnect {
        void operator()(xcb_connection_t* opened) const noexcept { xcb_disconnect(opened); }
    };

    std::unique_ptr<xcb_connection_t, Disconnect> connection;
    xcb_screen_t* screen = nullptr;

    /// `display` as in DISPLAY. Without a cookie the key is found by XAUTHORITY.
    /// Errors: NotFound where nobody lets us in.
    static Result<DisplayConnection> open(const std::string& display, const DemoCookie* cookie);
};

}  // namespace oriel
