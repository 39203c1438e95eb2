// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "relay/geometry.h"

namespace oriel::test {

/// A person's keyboard and mouse at a compositor of wlroots' (sway), for tests: a second client.
/// The seat has these devices for as long as this lives; each that comes or goes moves the focus.
///
/// Every call has taken effect in the compositor when it returns, unless its name says otherwise.
class WaylandHand {
  public:
    /// `display`: a socket's path. Errors: NotFound; Unsupported where it takes no such hand.
    static Result<WaylandHand> open(const std::string& display);

    WaylandHand(WaylandHand&& other) noexcept;
    WaylandHand& operator=(WaylandHand&& other) noexcept;
    WaylandHand(const WaylandHand&) = delete;
    WaylandHand& operator=(const WaylandHand&) = delete;
    ~WaylandHand();

    /// KEY_...; on a keyboard of 105 keys with the layout "us".
    void press_key(std::uint32_t code);
    void release_key(std::uint32_t code);

    /// Pixels of the first output, which has that size and scale 1.
    void move_to(double x, double y, Size output);

    /// Counts of a mouse, buffered.
    void queue_motion(double x, double y);

    /// BTN_...
    void press_button(std::uint32_t code);
    void release_button(std::uint32_t code);

    /// Whole notches, right and up positive.
    void turn_wheel(int right, int up);

    /// As two fingers on a touchpad: logical pixels, down positive; no notches.
    void scroll_down(double way);

    void sync();

  private:
    struct Devices;

    explicit WaylandHand(std::unique_ptr<Devices> devices);

    std::unique_ptr<Devices> devices_;
};

}  // namespace oriel::test
