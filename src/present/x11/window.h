// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include <xcb/xcb.h>

#include "present/presenter.h"
#include "present/x11/connection.h"
#include "present/x11/owned.h"
#include "relay/geometry.h"

namespace oriel {

/// A top-level window: what a window manager is told about it, and which size it has.
///
/// It takes on the size of the picture, until somebody else gives it another one. A new size is
/// taken as granted until the server says otherwise.
class X11Window {
  public:
    /// What the server tells us of.
    static constexpr std::uint32_t kEvents =
        XCB_EVENT_MASK_EXPOSURE | XCB_EVENT_MASK_STRUCTURE_NOTIFY |
        XCB_EVENT_MASK_VISIBILITY_CHANGE | XCB_EVENT_MASK_PROPERTY_CHANGE |
        XCB_EVENT_MASK_FOCUS_CHANGE | XCB_EVENT_MASK_KEY_PRESS | XCB_EVENT_MASK_KEY_RELEASE |
        XCB_EVENT_MASK_BUTTON_PRESS | XCB_EVENT_MASK_BUTTON_RELEASE |
        XCB_EVENT_MASK_POINTER_MOTION | XCB_EVENT_MASK_ENTER_WINDOW | XCB_EVENT_MASK_LEAVE_WINDOW;

    /// Not on screen before show(). `size`: chosen by the user; else the picture's, once known.
    X11Window(const X11Connection& connection,
              std::optional<Size> size,
              Presenter::Follow follow,
              const std::string& title);

    xcb_window_t id() const { return id_.id(); }

    xcb_gcontext_t gc() const { return gc_.id(); }

    Size size() const { return size_; }

    /// Where the picture's area begins on the root window, before show(). Without effect where
    /// little of it would be seen there. Blocks: a round trip.
    void place_at(WindowPlace::Point position);

    /// Asks for it to be put on screen, where that has not been done.
    void show();

    void set_title(const std::string& title);

    /// Blocks: two round trips.
    void set_mode(Presenter::WindowMode mode);

    /// The picture has another size: the window follows it. Blocks: a round trip.
    void follow(Size picture);

    /// The server's word (ConfigureNotify). True if it is news.
    bool take_size(Size size);

    /// Whose word a position is: a window manager counts from the root window's corner, the server
    /// from the parent's.
    enum class Teller : std::uint8_t { Server, Manager };
    void take_position(WindowPlace::Point position, Teller teller);
    void take_parent(xcb_window_t parent);

    WindowPlace place() const;

    /// _NET_WM_STATE has changed. Blocks: a round trip.
    void read_state();

    bool is_hidden() const { return is_hidden_; }

    /// Another client's message: answers pings. True where the user wants the window closed.
    bool take_message(const xcb_client_message_event_t& message);

  private:
    void describe(const std::string& title);
    void set_texts(const std::string& title);
    void set_icon();
    void set_size_hints();
    void resize(Size size);
    bool keeps_size() const;
    bool has_manager_for_full_screen() const;
    void ask_manager(Presenter::WindowMode mode);
    void change_property(xcb_atom_t property,
                         xcb_atom_t type,
                         std::span<const std::uint32_t> value);

    const X11Connection* connection_;
    X11Owned<xcb_free_colormap> colormap_;
    X11Owned<xcb_destroy_window> id_;
    X11Gc gc_;
    Size size_;
    Size picture_;
    std::optional<WindowPlace::Point> wanted_position_;
    std::optional<WindowPlace::Point> position_;
    Size windowed_size_;  ///< Before it filled the screen.
    bool is_shown_ = false;
    bool is_hidden_ = false;
    bool is_full_screen_ = false;
    bool is_in_root_ = true;  ///< No window manager has put a frame around it.
    bool is_sized_by_user_;
    Presenter::Follow follow_;
    bool has_followed_ = false;
    bool awaits_answer_ = false;  ///< To a change of size of ours: the next word is no user's.
};

}  // namespace oriel
