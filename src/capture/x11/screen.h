// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <xcb/xcb.h>

#include "capture/x11/connection.h"
#include "relay/geometry.h"

namespace oriel::x11_capture {

/// The root window's size and how often its monitor is refreshed. Several monitors are one
/// picture here: the root window spans them.
///
/// Lifetime: the connection must outlive it.
class Screen {
  public:
    /// Asks for events about changes, and for what there is now.
    explicit Screen(const Connection& connection);

    Size size() const { return size_; }

    /// Of the first monitor that is on; 0: unknown.
    std::uint32_t refresh_mhz() const { return refresh_mhz_; }

    enum class Change : std::uint8_t { None, Size };

    /// Looks at every event; asks the server again where the monitors changed.
    Change handle(const xcb_generic_event_t& event);

  private:
    const Connection& connection_;
    Size size_;
    std::uint32_t refresh_mhz_ = 0;
};

}  // namespace oriel::x11_capture
