// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <xcb/xcb.h>

#include "base/result.h"
#include "relay/geometry.h"
#include "relay/test_colours.h"

namespace oriel::test {

/// A program on an X server, for tests: it draws on a window, looks at one, moves the pointer,
/// changes the screen's size. Every call has taken effect on the server when it returns, unless
/// its name says otherwise.
///
/// Threads: one per object.
class XPainter {
  public:
    /// It draws on the root window at first. Errors: NotFound where nobody serves `display`.
    static Result<XPainter> open(const std::string& display);

    /// From now on it draws on a new window, mapped, without a frame, at `place` of the root.
    xcb_window_t open_window(const Rect& place);

    void draw_on(xcb_window_t window) { window_ = window; }

    xcb_window_t root() const { return screen_->root; }

    xcb_window_t window() const { return window_; }

    Size root_size() const;

    /// One request, buffered: flush() or sync() sends it. 0xRRGGBB.
    void queue_fill(const Rect& rect, std::uint32_t colour) const;
    void flush() const;
    void sync() const;

    void fill(const Rect& rect, std::uint32_t colour) const;

    /// `rect.area()` pixels, rows packed.
    void put(const Rect& rect, const std::vector<std::uint32_t>& pixels) const;

    /// Pixels of a window as its server sees them, rows packed, the X byte zero; the cursor is not
    /// in it. Empty where the server refuses.
    std::vector<std::uint32_t> look_at(xcb_window_t window, const Rect& rect) const;
    std::vector<std::uint32_t> look_at_root() const;

    /// As a program may put it elsewhere: no device moved.
    void move_pointer(int x, int y) const;

    /// As if a person's mouse moved there (XTEST). False: the server has no XTEST.
    bool move_mouse(int x, int y) const;

    /// One mouse motion of so many counts, buffered (XTEST).
    void queue_mouse_motion(int x, int y) const;

    /// As if a person did it (XTEST). Keys are KEY_..., whatever the layout; buttons are X's.
    void press_key(std::uint32_t code) const;
    void release_key(std::uint32_t code) const;
    void press_button(std::uint8_t number) const;
    void release_button(std::uint8_t number) const;

    /// Gives the keyboard to that window.
    void focus(xcb_window_t window) const;

    /// For this program; false where the server refuses.
    bool grab_keyboard() const;
    bool grab_pointer() const;
    void end_grabs() const;

    /// Nobody else holds a grab.
    bool can_grab() const;

    /// Where it is on the root window.
    std::pair<int, int> pointer() const;

    /// A cursor of one colour over the root window and its inferiors.
    void set_cursor(Size size, std::uint32_t argb, int hot_x, int hot_y) const;

    /// Through RandR. Xvfb goes no larger than it was started.
    Result<void> resize_screen(Size size) const;

    xcb_connection_t* connection() const { return connection_.get(); }

  private:
    struct Disconnect {
        void operator()(xcb_connection_t* connection) const noexcept { xcb_disconnect(connection); }
    };

    XPainter(xcb_connection_t* connection, xcb_screen_t* screen);

    void set_screen_size(Size size) const;

    std::unique_ptr<xcb_connection_t, Disconnect> connection_;
    xcb_screen_t* screen_;
    xcb_window_t window_;
    xcb_gcontext_t gc_;
};

}  // namespace oriel::test
