// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

#include <sys/uio.h>
#include <xcb/xcbext.h>

#include "present/x11/connection.h"

namespace oriel {

// Requests of the X Keyboard Extension Protocol are written out where they are used: xcb's own
// header for it names a field `explicit`, which C++ cannot read.

inline xcb_extension_t keyboard_extension = {"XKEYBOARD", 0};

inline bool has_keyboard_extension(const X11Connection& connection) {
    const xcb_query_extension_reply_t* extension =
        xcb_get_extension_data(connection.get(), &keyboard_extension);
    return extension != nullptr && extension->present != 0;
}

/// Sends a request that is answered; the sequence number of its reply.
template <class Request>
unsigned send_keyboard_request(const X11Connection& connection,
                               std::uint8_t opcode,
                               Request request) {
    const xcb_protocol_request_t description{
        .count = 1, .ext = &keyboard_extension, .opcode = opcode, .isvoid = 0};
    // xcb fills in opcodes and length, and wants two free entries in front.
    std::array<iovec, 3> parts{};
    parts[2] = {&request, sizeof request};
    return xcb_send_request(connection.get(), XCB_REQUEST_CHECKED, &parts[2], &description);
}

}  // namespace oriel
