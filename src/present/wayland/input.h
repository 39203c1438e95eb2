// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "present/presenter.h"
#include "present/wayland/connection.h"
#include "present/wayland/grab.h"
#include "present/wayland/input_queue.h"
#include "present/wayland/pointer_look.h"
#include "present/wayland/seat.h"
#include "present/wayland/seat_window.h"

namespace oriel {

/// What people do to one window, by all the seats there are, and what is kept for it.
///
/// The window has the focus while a keyboard is its own; where no seat has a keyboard, while a
/// pointer or finger is on it. A grab is lost with the focus.
///
/// Lifetime: ends before the connection, whose events it takes.
class WaylandInput {
  public:
    using PictureNow = std::function<WaylandSeatWindow::Picture()>;

    WaylandInput(WaylandConnection& connection, wl_surface* surface, PictureNow picture);
    WaylandInput(const WaylandInput&) = delete;
    WaylandInput& operator=(const WaylandInput&) = delete;
    ~WaylandInput();

    /// Presenter::set_grab().
    void set_grab(const Grab& wanted);

    bool is_locked() const { return grab_.is_locked(); }

    /// See WaylandGrab.
    void place_locked(Viewport::Point place) { grab_.place_locked(place); }

    /// The picture may lie elsewhere. Before the window's commit.
    void follow_picture();

    /// How pointers look over the picture.
    void set_look(const WaylandCursorLook& look);

    /// Presenter::locks(). Blocks: a round trip at most.
    std::optional<HostLocks> locks();

    /// Hands on what was told since.
    void tell(PresenterListener& listener);

  private:
    void add(const WaylandConnection::Global& global);
    void remove(std::uint32_t name);
    void follow_seats();
    const WaylandSeat* focused() const;
    Rect picture() const;

    WaylandConnection* connection_;
    WaylandSeatWindow window_;
    WaylandInputQueue queue_;
    WaylandGrab grab_;
    std::vector<std::unique_ptr<WaylandSeat>> seats_;
    WaylandCursorLook look_;
    bool has_focus_ = false;
    std::string told_limit_;
};

}  // namespace oriel
