// SPDX-License-Identifier: MIT
#pragma once

#include <bitset>
#include <cstdint>
#include <functional>
#include <optional>

#include "present/wayland/lock_state.h"
#include "present/wayland/owned.h"
#include "present/wayland/seat_window.h"

struct wl_array;

namespace oriel {

/// The keyboard of a seat. Keys are told by evdev code, whatever the layout, and each once: their
/// repeating is left to the guest. A key that was pressed elsewhere is nobody's until it is
/// pressed anew.
class WaylandKeyboard {
  public:
    /// `focus_changed`: has_focus() is another one, before the keys that follow are told.
    WaylandKeyboard(WaylandOwned<wl_keyboard> handle,
                    const WaylandSeatWindow& window,
                    std::function<void()> focus_changed);
    WaylandKeyboard(const WaylandKeyboard&) = delete;
    WaylandKeyboard& operator=(const WaylandKeyboard&) = delete;
    ~WaylandKeyboard();

    bool has_focus() const { return has_focus_; }

    /// What locks() tells is of now: the compositor says so after it gave the focus.
    bool is_current() const { return is_current_; }

    std::optional<HostLocks> locks() const { return lights_.lights(); }

  private:
    void take_keymap(std::uint32_t format, std::int32_t fd, std::uint32_t size);
    void enter(std::uint32_t serial, wl_surface* surface, wl_array* keys);
    void leave(std::uint32_t serial, wl_surface* surface);
    void key(std::uint32_t serial, std::uint32_t time, std::uint32_t code, std::uint32_t state);
    void set_modifiers(std::uint32_t serial,
                       std::uint32_t depressed,
                       std::uint32_t latched,
                       std::uint32_t locked,
                       std::uint32_t group);
    void lose_focus();

    static constexpr std::size_t kCodes = 0x300;  // linux/input-event-codes.h ends at KEY_MAX.

    WaylandOwned<wl_keyboard> handle_;
    const WaylandSeatWindow* window_;
    std::function<void()> focus_changed_;
    WaylandLockState lights_;
    std::bitset<kCodes> is_down_;  ///< Told so.
    bool has_focus_ = false;
    bool is_current_ = false;
};

}  // namespace oriel
