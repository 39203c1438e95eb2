// SPDX-License-Identifier: MIT
#pragma once

#include <bitset>
#include <cstdint>
#include <functional>

#include "present/wayland/connection.h"
#include "present/wayland/owned.h"
#include "present/wayland/pointer_look.h"
#include "present/wayland/seat_window.h"
#include "present/wayland/wheel.h"

namespace oriel {

/// The pointer of a seat: its places, buttons and wheel, and its look.
class WaylandPointer {
  public:
    /// `changed`: is_inside() is another one, before what follows is told.
    WaylandPointer(const WaylandConnection& connection,
                   WaylandOwned<wl_pointer> handle,
                   const WaylandSeatWindow& window,
                   std::function<void()> changed);
    WaylandPointer(const WaylandPointer&) = delete;
    WaylandPointer& operator=(const WaylandPointer&) = delete;
    ~WaylandPointer();

    wl_pointer* get() const { return handle_.get(); }

    bool is_inside() const { return is_inside_; }

    /// It stands still, and its place says nothing: buttons and wheel are not outside then.
    void set_locked(bool is_locked);

    /// Over the picture; beside it there is the arrow.
    void set_look(const WaylandCursorLook& look);

    /// The picture lies elsewhere, or the pointer's place is another one.
    void follow_picture();

  private:
    void enter(std::uint32_t serial, wl_surface* surface, std::int32_t x, std::int32_t y);
    void leave(std::uint32_t serial, wl_surface* surface);
    void move(std::uint32_t time, std::int32_t x, std::int32_t y);
    void button(std::uint32_t serial, std::uint32_t time, std::uint32_t code, std::uint32_t state);
    void turn(std::uint32_t time, std::uint32_t axis, std::int32_t way);
    void turn_notches(std::uint32_t axis, std::int32_t notches);
    void turn_120ths(std::uint32_t axis, std::int32_t parts);
    void end_frame();
    void go_out();
    bool is_outside() const;
    void tell_place();

    static constexpr std::uint32_t kFirstButton = 0x110;  // BTN_MOUSE; eight of them.
    static constexpr std::size_t kButtons = 8;

    WaylandOwned<wl_pointer> handle_;
    WaylandPointerLook shown_;
    const WaylandSeatWindow* window_;
    std::function<void()> changed_;
    WaylandWheel wheel_;
    WaylandCursorLook look_;
    std::bitset<kButtons> is_down_;  ///< Told so.
    double x_ = 0;
    double y_ = 0;
    bool is_inside_ = false;
    bool is_locked_ = false;
};

}  // namespace oriel
