// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>

#include "present/wayland/owned.h"
#include "present/wayland/seat_window.h"
#include "present/wayland/touch_pointer.h"

namespace oriel {

/// The touch screen of a seat, told as a pointer.
class WaylandTouch {
  public:
    /// `changed`: is_down() is another one, before what follows is told.
    WaylandTouch(WaylandOwned<wl_touch> handle,
                 const WaylandSeatWindow& window,
                 std::function<void()> changed);
    WaylandTouch(const WaylandTouch&) = delete;
    WaylandTouch& operator=(const WaylandTouch&) = delete;
    ~WaylandTouch();

    /// A finger is on the window.
    bool is_down() const { return pointer_.is_down(); }

  private:
    void down(std::uint32_t serial,
              std::uint32_t time,
              wl_surface* surface,
              std::int32_t finger,
              std::int32_t x,
              std::int32_t y);
    void up(std::uint32_t serial, std::uint32_t time, std::int32_t finger);
    void move(std::uint32_t time, std::int32_t finger, std::int32_t x, std::int32_t y);
    void cancel();

    std::optional<InputEvent> place(std::int32_t x, std::int32_t y) const;
    void tell(const TouchPointer::Events& events);

    WaylandOwned<wl_touch> handle_;
    const WaylandSeatWindow* window_;
    std::function<void()> changed_;
    TouchPointer pointer_;
};

}  // namespace oriel
