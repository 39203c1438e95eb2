// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "present/wayland/connection.h"
#include "present/wayland/keyboard.h"
#include "present/wayland/pointer.h"
#include "present/wayland/touch.h"

namespace oriel {

/// One person's devices, as they are plugged in and out.
class WaylandSeat {
  public:
    /// `changed`: has_keyboard(), has_keyboard_focus(), is_touched() or is_pointed_at() may be
    /// others. `pointer_goes`: the seat's pointer ends when this returns.
    WaylandSeat(const WaylandConnection& connection,
                const WaylandConnection::Global& global,
                const WaylandSeatWindow& window,
                std::function<void()> changed,
                std::function<void(const WaylandPointer&)> pointer_goes);
    WaylandSeat(const WaylandSeat&) = delete;
    WaylandSeat& operator=(const WaylandSeat&) = delete;
    ~WaylandSeat();

    wl_seat* get() const { return handle_.get(); }

    std::uint32_t global() const { return global_; }

    /// Null where it has none.
    const WaylandKeyboard* keyboard() const { return keyboard_.get(); }

    WaylandPointer* pointer() const { return pointer_.get(); }

    bool has_keyboard_focus() const { return keyboard_ && keyboard_->has_focus(); }

    /// By pointer or finger.
    bool is_pointed_at() const {
        return (pointer_ && pointer_->is_inside()) || (touch_ && touch_->is_down());
    }

  private:
    void set_capabilities(std::uint32_t capabilities);
    void set_keyboard(bool is_there);
    void set_pointer(bool is_there);
    void set_touch(bool is_there);

    const WaylandConnection* connection_;
    std::uint32_t global_;
    WaylandOwned<wl_seat> handle_;
    const WaylandSeatWindow* window_;
    std::function<void()> changed_;
    std::function<void(const WaylandPointer&)> pointer_goes_;
    std::unique_ptr<WaylandKeyboard> keyboard_;
    std::unique_ptr<WaylandPointer> pointer_;
    std::unique_ptr<WaylandTouch> touch_;
};

}  // namespace oriel
