// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "wayland/compositor.h"

namespace oriel::test {

/// A person's hands at GNOME's or KDE's compositor: keyboard, mouse and touch screen, for as long
/// as this lives. Places are pixels of the only output, which has scale 1.
///
/// The compositor has been told when a call returns; what it makes of it may come a little later.
class DesktopHand {
  public:
    /// Over org.gnome.Mutter.RemoteDesktop. Errors: what mutter says.
    static Result<std::unique_ptr<DesktopHand>> open_at_mutter(const Compositor& mutter);

    /// Over org_kde_kwin_fake_input. Errors: Unsupported where it is not offered.
    static Result<std::unique_ptr<DesktopHand>> open_at_kwin(const Compositor& kwin);

    DesktopHand(const DesktopHand&) = delete;
    DesktopHand& operator=(const DesktopHand&) = delete;
    virtual ~DesktopHand() = default;

    /// KEY_... and BTN_...
    virtual void press_key(std::uint32_t code) = 0;
    virtual void release_key(std::uint32_t code) = 0;
    virtual void press_button(std::uint32_t code) = 0;
    virtual void release_button(std::uint32_t code) = 0;

    virtual void move_to(double x, double y) = 0;

    /// Counts of a mouse.
    virtual void move_by(double x, double y) = 0;

    /// Whole notches, right and up positive.
    virtual void turn_wheel(int right, int up) = 0;

    virtual void touch_down(std::uint32_t finger, double x, double y) = 0;
    virtual void touch_move(std::uint32_t finger, double x, double y) = 0;
    virtual void touch_up(std::uint32_t finger) = 0;

  protected:
    DesktopHand() = default;
};

}  // namespace oriel::test
