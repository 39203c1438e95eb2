// SPDX-License-Identifier: MIT
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>

#include <xcb/xcb.h>

#include "present/presenter.h"
#include "present/viewport.h"

namespace oriel {

/// Turns X's keyboard and pointer events into ours. Values only; asks the server nothing.
///
/// Auto-repeat is dropped: the guest makes its own. Motion is told once between two other events.
/// Wheels that turn in finer steps than notches are added up by the server, which presses the
/// wheel's buttons once a whole notch and keeps the rest.
class X11Input {
  public:
    /// Nothing where the event has no meaning for the guest, or comes later (motion).
    std::optional<InputEvent> key_pressed(const xcb_key_press_event_t& event);
    std::optional<InputEvent> key_released(const xcb_key_release_event_t& event);
    static std::optional<InputEvent> button_pressed(const xcb_button_press_event_t& event);
    static std::optional<InputEvent> button_released(const xcb_button_release_event_t& event);

    void moved(std::int16_t x, std::int16_t y, const Viewport& viewport);

    /// The newest motion not told yet: before any other input, and after the last event.
    std::optional<InputEvent> take_motion();

    /// The keyboard went elsewhere; releases will not be seen.
    void lost_focus() { is_down_.reset(); }

  private:
    std::bitset<256> is_down_;
    std::optional<InputEvent> motion_;
};

}  // namespace oriel
