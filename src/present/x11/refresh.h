// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include <xcb/present.h>

#include "base/clock.h"
#include "present/presenter.h"
#include "present/x11/connection.h"

namespace oriel {

/// Learns a display's period from two of its refreshes, however far apart. Values only.
class RefreshEstimate {
  public:
    /// Refresh number `count` was at `when`, by our clock; heard of at `now`. A number or a moment
    /// that cannot be (another display, a clock of another kind) starts it anew.
    void add(std::uint64_t count, Nanoseconds when, Nanoseconds now);

    /// mhz is 0 before two sensible samples.
    Presenter::Refresh value() const { return value_; }

  private:
    struct Sample {
        std::uint64_t count;
        Nanoseconds when;
    };

    std::optional<Sample> last_;
    Presenter::Refresh value_;
};

/// The refresh that follows `now`; nothing where no moment of one is known.
std::optional<Nanoseconds> refresh_after(const Presenter::Refresh& refresh, Nanoseconds now);

/// Asks the server when the display refreshes: twice at the start, later rarely and only while
/// frames flow. Where the Present extension is missing, RandR's mode tells the rate alone.
class X11Refresh {
  public:
    /// Blocks: two round trips where there is no Present.
    X11Refresh(const X11Connection& connection, xcb_window_t window);

    /// A frame was shown: the moment to ask, where it is time. Queues at most one request.
    void on_frame(Nanoseconds now);

    /// A generic event of the Present extension.
    void take(const xcb_present_complete_notify_event_t& event, Nanoseconds now);

    Presenter::Refresh value() const;

  private:
    void ask(std::uint64_t count);

    const X11Connection* connection_;
    xcb_window_t window_;
    Presenter::Refresh mode_;
    RefreshEstimate estimate_;
    Nanoseconds next_{0};
    bool is_second_due_ = true;
};

}  // namespace oriel
