// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "faults/programs.h"
#include "relay/geometry.h"

namespace oriel::testing_support {

/// A display for the window of a real `oriel view`, and the person in front of it. The window has
/// no frame and lies in the upper left corner; beside it is another program's.
///
/// What the person does has arrived at the display when a call returns; the viewer has not heard
/// it yet.
class ViewerStage {
  public:
    virtual ~ViewerStage() = default;
    ViewerStage(const ViewerStage&) = delete;
    ViewerStage& operator=(const ViewerStage&) = delete;

    /// For --platform.
    virtual std::string platform() const = 0;
    virtual Environment environment() const = 0;

    /// Empty: there is no window.
    virtual Size window_size() const = 0;
    virtual void resize_window(Size size) = 0;

    virtual void focus_window() = 0;
    virtual void focus_other() = 0;

    /// KEY_...
    virtual void press_key(std::uint32_t code) = 0;
    virtual void release_key(std::uint32_t code) = 0;

    /// The display acts on its own shortcuts, or another program could have the keyboard.
    virtual bool is_keyboard_free() = 0;

    /// All of the screen without the pointer, 0xRRGGBB, rows packed.
    virtual std::vector<std::uint32_t> look() const = 0;

    Size screen() const { return screen_; }

    void tap_key(std::uint32_t code) {
        press_key(code);
        release_key(code);
    }

  protected:
    explicit ViewerStage(Size screen) : screen_(screen) {}

  private:
    Size screen_;
};

/// "x11" or "sway", with a screen of that size.
std::unique_ptr<ViewerStage> make_viewer_stage(const std::string& name, Size screen);

}  // namespace oriel::testing_support
