// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "present/presenter.h"
#include "present/presenter_rig.h"

namespace oriel::test {

/// A display, a presenter's window that shows a picture of kPicture pixel for pixel, a person's
/// keyboard and mouse, and another program: for what every presenter promises of input and grabs.
///
/// What the person does has arrived at the display when a call returns, unless its name says
/// otherwise; the presenter has not heard it yet.
class InputStage {
  public:
    static constexpr Size kPicture = {160, 90};

    /// What a display cannot do, however it is asked.
    struct Lacks {
        bool shortcut_grab = false;      ///< It keeps its own shortcuts.
        bool motion_past_edges = false;  ///< Its mouse ends at the screen's edges.
    };

    virtual ~InputStage() = default;
    InputStage(const InputStage&) = delete;
    InputStage& operator=(const InputStage&) = delete;

    virtual Presenter& presenter() = 0;
    virtual Driver& driver() = 0;

    virtual Lacks lacks() const { return {}; }

    /// KEY_... and BTN_...
    virtual void press_key(std::uint32_t code) = 0;
    virtual void release_key(std::uint32_t code) = 0;
    virtual void press_button(std::uint32_t code) = 0;
    virtual void release_button(std::uint32_t code) = 0;

    /// Whole notches, right and up positive.
    virtual void turn_wheel(int right, int up) = 0;

    /// The mouse moves there, in the window's pixels. There is room beside it, on the right and
    /// below.
    virtual void move_to(int x, int y) = 0;

    /// One motion of so many counts, buffered.
    virtual void queue_motion(int x, int y) = 0;
    virtual void sync() = 0;

    virtual void focus_window() = 0;
    virtual void focus_other() = 0;

    /// The other program can have keyboard and pointer, or the display acts on its own shortcut.
    /// They move the focus and type.
    virtual bool is_keyboard_free() = 0;
    virtual bool is_pointer_free() = 0;

  protected:
    InputStage() = default;
};

std::unique_ptr<InputStage> make_x11_stage();
std::unique_ptr<InputStage> make_sway_stage();
std::unique_ptr<InputStage> make_weston_stage();
std::unique_ptr<InputStage> make_frameless_weston_stage();

/// Null where Compositor::why_no_desktops() says why.
std::unique_ptr<InputStage> make_mutter_stage();
std::unique_ptr<InputStage> make_kwin_stage();

}  // namespace oriel::test
