// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <xcb/xcb.h>

namespace oriel::x11_capture {

/// Without the mark of events that came by SendEvent. 0: an error.
inline std::uint8_t type_of(const xcb_generic_event_t& event) {
    constexpr std::uint8_t kSentMark = 0x80;
    return event.response_type & static_cast<std::uint8_t>(~kSentMark);
}

/// Somebody sent it with SendEvent: nothing in it can be believed.
inline bool was_sent(const xcb_generic_event_t& event) {
    return event.response_type != type_of(event);
}

/// The event as what its type says it is.
template <class T>
const T& event_as(const xcb_generic_event_t& event) {
    return reinterpret_cast<const T&>(event);
}

}  // namespace oriel::x11_capture
