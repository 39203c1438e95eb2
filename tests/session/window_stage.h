// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "present/presenter.h"
#include "relay/geometry.h"

namespace oriel::testing_support {

/// A display with a presenter's window on it, and a hand that does to the window what people and
/// their desktops do.
class WindowStage {
  public:
    virtual ~WindowStage() = default;
    WindowStage(const WindowStage&) = delete;
    WindowStage& operator=(const WindowStage&) = delete;

    virtual Presenter& presenter() = 0;

    /// Nothing happens where the display refuses, as it may in full screen.
    virtual void resize(Size size) = 0;
    virtual void hide() = 0;
    virtual void unhide() = 0;

    /// The window's pixels as they are seen, rows packed; empty where it has not that size.
    virtual std::vector<std::uint32_t> look(Size size) = 0;

  protected:
    WindowStage() = default;
};

/// "x11" or "sway", with a screen of that size.
std::unique_ptr<WindowStage> make_window_stage(const std::string& name, Size screen);

}  // namespace oriel::testing_support
