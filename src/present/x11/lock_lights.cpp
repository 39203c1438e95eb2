// SPDX-License-Identifier: MIT
#include "present/x11/lock_lights.h"

#include <array>
#include <cstdint>
#include <string_view>

#include "present/x11/xkb.h"

namespace oriel {
namespace {

// X Keyboard Extension Protocol, GetNamedIndicator.
constexpr std::uint8_t kGetNamedIndicator = 15;

struct GetNamedIndicatorRequest {
    std::uint8_t major_opcode = 0;
    std::uint8_t minor_opcode = 0;
    std::uint16_t length = 0;
    std::uint16_t device = 0x100;     ///< The core keyboard,
    std::uint16_t led_class = 0x300;  ///< and of its groups of lights
    std::uint16_t led_id = 0x400;     ///< the usual one.
    std::uint16_t unused = 0;
    xcb_atom_t indicator = XCB_NONE;
};

static_assert(sizeof(GetNamedIndicatorRequest) == 16);

struct GetNamedIndicatorReply {
    std::uint8_t response_type;
    std::uint8_t device;
    std::uint16_t sequence;
    std::uint32_t length;
    xcb_atom_t indicator;
    std::uint8_t is_found;
    std::uint8_t is_on;
    std::uint8_t rest[18];
};

static_assert(sizeof(GetNamedIndicatorReply) == 32);

constexpr std::array<std::string_view, 3> kNames = {"Scroll Lock", "Num Lock", "Caps Lock"};

}  // namespace

std::optional<HostLocks> read_lock_lights(const X11Connection& connection) {
    if (!has_keyboard_extension(connection)) {
        return std::nullopt;
    }
    std::array<xcb_intern_atom_cookie_t, kNames.size()> cookies{};
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        cookies[i] = xcb_intern_atom(
            connection.get(), 0, static_cast<std::uint16_t>(kNames[i].size()), kNames[i].data());
    }
    std::array<unsigned, kNames.size()> asked{};
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        const XcbReply<xcb_intern_atom_reply_t> atom(
            xcb_intern_atom_reply(connection.get(), cookies[i], nullptr));
        asked[i] = send_keyboard_request(
            connection,
            kGetNamedIndicator,
            GetNamedIndicatorRequest{.indicator = atom ? atom->atom : xcb_atom_t{XCB_NONE}});
    }
    std::array<bool, kNames.size()> is_on{};
    bool is_known = true;
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        const XcbReply<GetNamedIndicatorReply> reply(static_cast<GetNamedIndicatorReply*>(
            xcb_wait_for_reply(connection.get(), asked[i], nullptr)));
        is_known = is_known && reply;
        // A keyboard without such a light has it dark.
        is_on[i] = reply && reply->is_found != 0 && reply->is_on != 0;
    }
    if (!is_known) {
        return std::nullopt;
    }
    return HostLocks{.scroll_lock = is_on[0], .num_lock = is_on[1], .caps_lock = is_on[2]};
}

}  // namespace oriel
