// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <xcb/damage.h>
#include <xcb/xcb.h>

#include "base/clock.h"
#include "base/result.h"
#include "host/demo/display_connection.h"
#include "relay/geometry.h"

namespace oriel {

/// A client of an X server that draws on the root window, and sees what is drawn.
///
/// Threads: one.
class DisplayClient {
  public:
    /// As DisplayConnection::open().
    static Result<DisplayClient> open(const std::string& display,
                                      const DemoCookie* cookie = nullptr);

    xcb_connection_t* get() const { return opened_.connection.get(); }

    xcb_window_t root() const { return opened_.screen->root; }

    std::uint8_t depth() const { return opened_.screen->root_depth; }

    Size size() const {
        return {opened_.screen->width_in_pixels, opened_.screen->height_in_pixels};
    }

    /// One request, sent at once; no answer is waited for.
    void fill(const Rect& rect, std::uint32_t colour) const;

    /// Waits until the server has done all that was asked of it. False where it is gone.
    bool sync() const;

    /// What can be seen at a place; 0xRRGGBB.
    std::optional<std::uint32_t> pixel(std::uint32_t x, std::uint32_t y) const;

    /// What a window shows there, as the server keeps it; empty where it refuses.
    std::vector<std::uint8_t> image(xcb_window_t window, const Rect& rect) const;

    /// From now on the server tells of everything drawn there, and in what lies in it, by `level`.
    /// Places are the drawable's own.
    xcb_damage_damage_t watch_damage(std::uint8_t level) { return watch_damage(root(), level); }

    xcb_damage_damage_t watch_damage(xcb_window_t window, std::uint8_t level);

    /// The next damaged rectangle; empty where none came before `give_up`.
    std::optional<Rect> await_damage(Nanoseconds give_up) const;

    /// Passes over the damage that came so far.
    void forget_damage() const;

  private:
    explicit DisplayClient(DisplayConnection opened);

    bool await_input(Nanoseconds give_up) const;
    std::optional<Rect> damage_of(const xcb_generic_event_t& event) const;

    DisplayConnection opened_;
    xcb_gcontext_t gc_;
    std::uint8_t damage_event_ = 0;
};

}  // namespace oriel
