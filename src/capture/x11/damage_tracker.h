// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>

#include <xcb/damage.h>
#include <xcb/xcb.h>
#include <xcb/xfixes.h>

#include "capture/x11/connection.h"
#include "relay/damage.h"

namespace oriel::x11_capture {

/// What the X server counts as changed on the root window and all that lies on it.
///
/// While stopped it has no object in the server: programs draw at their full rate.
///
/// Lifetime: the connection must outlive it.
class DamageTracker {
  public:
    explicit DamageTracker(const Connection& connection);

    /// What is on the screen now counts as known.
    void start();
    void stop();

    /// The first change since the last take (or since the start) has happened: what that take
    /// took is no news, however late its event is read.
    bool is_notice(const xcb_generic_event_t& event) const;

    /// A request to take, under way.
    struct Taking {
        xcb_xfixes_fetch_region_cookie_t cookie{};
    };

    /// What changed up to this point of the request stream counts as taken. Buffered, not sent.
    /// Only while started.
    Taking take();

    /// The taken rectangles within `screen`. Errors: the connection's end.
    Result<Damage> wait(const Taking& taking, Size screen);

  private:
    const Connection& connection_;
    xcb_xfixes_region_t region_;
    xcb_damage_damage_t damage_ = XCB_NONE;
    unsigned int last_take_ = 0;  ///< The request's sequence number.
};

/// `rects`, as X sorts them (by y, then x), within `screen`. Of very many, neighbours are merged
/// first: Damage's own, better choice of pairs takes too long for those.
Damage damage_within(std::span<const xcb_rectangle_t> rects, Size screen);

}  // namespace oriel::x11_capture
