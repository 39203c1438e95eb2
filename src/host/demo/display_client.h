// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <xcb/damage.h>
#include <xcb/xcb.h>

#include "base/clock.h"
#include "base/result.h"
#include "relay/geometry.h"

namespace oriel {

struct DisplayFree {
    void operator()(void* memory) const noexcept;
};

/// What xcb allocated: replies, events.
template <class T>
using DisplayReply = std::unique_ptr<T, DisplayFree>;

/// A client of one of a bench's X servers: it draws on the root window, and sees what is drawn.
///
/// The key to the server is found by XAUTHORITY. Threads: one.
class DisplayClient {
  public:
    static Result<DisplayClient> open(const std::string& display);

    xcb_connection_t* get() const { return connection_.get(); }

    xcb_window_t root() const { return screen_->root; }

    std::uint8_t depth() const { return screen_->root_depth; }

    Size size() const { return {screen_->width_in_pixels, screen_->height_in_pixels}; }

    /// One request, sent at once; no answer is waited for.
    void fill(const Rect& rect, std::uint32_t colour);

    /// Waits until the server has done all that was asked of it. False where it is gone.
    bool sync();

    /// What can be seen at a place; 0xRRGGBB.
    std::optional<std::uint32_t> pixel(std::uint32_t x, std::uint32_t y);

    /// From now on the server tells of everything drawn, by `level`.
    xcb_damage_damage_t watch_damage(std::uint8_t level);

    /// The next damaged rectangle; empty where none came before `give_up`.
    std::optional<Rect> await_damage(Nanoseconds give_up);

    /// Passes over the damage that came so far.
    void forget_damage();

  private:
    struct Disconnect {
        void operator()(xcb_connection_t* connection) const noexcept { xcb_disconnect(connection); }
    };

    DisplayClient(xcb_connection_t* connection, xcb_screen_t* screen);

    bool await_input(Nanoseconds give_up);
    std::optional<Rect> damage_of(const xcb_generic_event_t& event) const;

    std::unique_ptr<xcb_connection_t, Disconnect> connection_;
    xcb_screen_t* screen_;
    xcb_gcontext_t gc_;
    std::uint8_t damage_event_ = 0;
};

}  // namespace oriel
