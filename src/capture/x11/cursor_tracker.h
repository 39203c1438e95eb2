// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include <xcb/xcb.h>
#include <xcb/xfixes.h>

#include "capture/x11/connection.h"
#include "relay/cursor_image.h"

namespace oriel::x11_capture {

/// Where the pointer is and what it looks like, asked for only after the server said that it
/// moved or changed; never more than one question of each kind is under way.
///
/// Lifetime: the connection must outlive it.
class CursorTracker {
  public:
    explicit CursorTracker(const Connection& connection) : connection_(connection) {}

    void start();
    void stop();

    /// Looks at every event.
    void handle(const xcb_generic_event_t& event);

    /// Asks what has to be asked (buffered) and takes the answers that came.
    void update();

    /// Asks for the position at the next update(), moved or not: a program may have put the
    /// pointer elsewhere, which no event tells.
    void ask_position() { position_wanted_ = true; }

    std::optional<CursorPosition> position() const { return position_; }

    std::optional<CursorImage> take_image();

  private:
    void take_position();
    void take_shape();

    const Connection& connection_;
    bool running_ = false;
    bool position_wanted_ = false;
    bool image_wanted_ = false;
    std::optional<xcb_query_pointer_cookie_t> position_asked_;
    std::optional<xcb_xfixes_get_cursor_image_cookie_t> image_asked_;
    std::optional<CursorPosition> position_;
    std::optional<CursorImage> image_;
};

/// `pixels` are premultiplied ARGB, rows packed. Larger than a cursor may be: the part around the
/// hot spot. Nothing where there is no pixel.
std::optional<CursorImage> make_cursor_image(Size size,
                                             std::uint32_t hot_x,
                                             std::uint32_t hot_y,
                                             std::span<const std::uint32_t> pixels);

}  // namespace oriel::x11_capture
