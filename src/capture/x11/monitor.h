// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <xcb/randr.h>

#include "base/result.h"
#include "capture/x11/connection.h"
#include "edid/timing.h"
#include "relay/geometry.h"

namespace oriel::x11_capture {

/// In mHz; 0 where the mode does not say (Xvfb's first one).
std::uint32_t refresh_of(const xcb_randr_mode_info_t& mode);

/// The only monitor of an X server, as RandR tells it at one moment.
struct Monitor {
    xcb_timestamp_t config{};
    xcb_randr_output_t output{};
    xcb_randr_crtc_t crtc{};
    std::uint16_t rotation{};
    xcb_randr_mode_t mode{};                    ///< The present one.
    Size screen{};                              ///< Of the root window.
    std::vector<xcb_randr_mode_info_t> modes;   ///< Those it may have, the best first.
    std::vector<xcb_randr_mode_info_t> others;  ///< Known to the server, not of this monitor.

    /// Blocks: some round trips. Errors: Unsupported where no monitor is on, or several are, or
    /// where it is turned: only one that is all of the picture can be changed.
    static Result<Monitor> read(const Connection& connection);

    const xcb_randr_mode_info_t* find(xcb_randr_mode_t id) const;
};

/// Of the modes of that size the one with the rate nearest to `refresh_mhz` (0: the first).
std::optional<xcb_randr_mode_info_t> nearest_mode(const Monitor& monitor,
                                                  Size size,
                                                  std::uint32_t refresh_mhz);

/// Makes a mode known to the server and allowed for the monitor.
/// Errors: the server, or the monitor's driver, does not take it.
Result<xcb_randr_mode_info_t> add_mode(const Connection& connection,
                                       const Monitor& monitor,
                                       const Timing& timing);

/// Takes back what add_mode() did; for a mode that is not in use.
void remove_mode(const Connection& connection, xcb_randr_output_t output, xcb_randr_mode_t mode);

/// Gives the monitor that mode, and the root window its size; to other programs it happens at
/// once. Errors: the server or the driver refused; all is as before.
Result<void> switch_mode(const Connection& connection,
                         const Monitor& monitor,
                         const xcb_randr_mode_info_t& mode);

}  // namespace oriel::x11_capture
