// SPDX-License-Identifier: MIT
#include "present/x11/auto_repeat.h"

#include <array>
#include <cstdint>

#include <xcb/xcbext.h>

namespace oriel {
namespace {

// Two requests of the X Keyboard Extension Protocol, sections 15.1 and 15.4. xcb's own header for
// it names a field `explicit`, which C++ cannot read.
constexpr std::uint8_t kUseExtension = 0;
constexpr std::uint8_t kPerClientFlags = 21;

struct UseExtensionRequest {
    std::uint8_t major_opcode = 0;
    std::uint8_t minor_opcode = 0;
    std::uint16_t length = 0;
    std::uint16_t wanted_major = 1;
    std::uint16_t wanted_minor = 0;
};

static_assert(sizeof(UseExtensionRequest) == 8);

struct PerClientFlagsRequest {
    std::uint8_t major_opcode = 0;
    std::uint8_t minor_opcode = 0;
    std::uint16_t length = 0;
    std::uint16_t device = 0x100;  ///< The core keyboard.
    std::uint16_t unused = 0;
    std::uint32_t change = 1;  ///< Detectable auto-repeat: bit 0.
    std::uint32_t value = 1;
    std::uint32_t controls_to_change = 0;
    std::uint32_t auto_controls = 0;
    std::uint32_t auto_values = 0;
};

static_assert(sizeof(PerClientFlagsRequest) == 28);

xcb_extension_t keyboard_extension = {"XKEYBOARD", 0};

/// Sends it, and drops the reply when it comes.
template <class Request>
void send(xcb_connection_t* connection, std::uint8_t opcode, Request request) {
    const xcb_protocol_request_t description{
        .count = 1, .ext = &keyboard_extension, .opcode = opcode, .isvoid = 0};
    // xcb fills in opcodes and length, and wants two free entries in front.
    std::array<iovec, 3> parts{};
    parts[2] = {&request, sizeof request};
    const unsigned sequence =
        xcb_send_request(connection, XCB_REQUEST_CHECKED, &parts[2], &description);
    xcb_discard_reply(connection, sequence);
}

}  // namespace

void ask_for_detectable_auto_repeat(const X11Connection& connection) {
    const xcb_query_extension_reply_t* extension =
        xcb_get_extension_data(connection.get(), &keyboard_extension);
    if (extension == nullptr || extension->present == 0) {
        return;
    }
    send(connection.get(), kUseExtension, UseExtensionRequest{});
    send(connection.get(), kPerClientFlags, PerClientFlagsRequest{});
}

}  // namespace oriel
