// SPDX-License-Identifier: MIT
#include "present/x11/auto_repeat.h"

#include <cstdint>

#include "present/x11/xkb.h"

namespace oriel {
namespace {

// X Keyboard Extension Protocol, sections 15.1 and 15.4.
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

/// Sends it, and drops the reply when it comes.
template <class Request>
void send(const X11Connection& connection, std::uint8_t opcode, Request request) {
    xcb_discard_reply(connection.get(), send_keyboard_request(connection, opcode, request));
}

}  // namespace

void ask_for_detectable_auto_repeat(const X11Connection& connection) {
    if (!has_keyboard_extension(connection)) {
        return;
    }
    send(connection, kUseExtension, UseExtensionRequest{});
    send(connection, kPerClientFlags, PerClientFlagsRequest{});
}

}  // namespace oriel
