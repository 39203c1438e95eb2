// SPDX-License-Identifier: MIT
#include "base/assert.h"
#include "present/input_stage.h"
#include "present/x11/x11_rig.h"
#include "x11/x11_hand.h"

namespace oriel::test {
namespace {

class X11Stage final : public InputStage {
  public:
    X11Stage() {
        ORIEL_ASSERT(rig_.driver.show_whole(rig_.region.frame(0, bgrx(kPicture))));
        other_ = rig_.eye.open_window({300, 300, 50, 50});
        rig_.eye.move_mouse(80, 45);
        focus_window();
    }

    Presenter& presenter() override { return *rig_.presenter; }

    Driver& driver() override { return rig_.driver; }

    void press_key(std::uint32_t code) override { rig_.eye.press_key(code); }

    void release_key(std::uint32_t code) override { rig_.eye.release_key(code); }

    void press_button(std::uint32_t code) override { hand_.press_button(code); }

    void release_button(std::uint32_t code) override { hand_.release_button(code); }

    void turn_wheel(int right, int up) override { hand_.turn_wheel(right, up); }

    void move_to(int x, int y) override { rig_.eye.move_mouse(x, y); }

    void queue_motion(int x, int y) override { rig_.eye.queue_mouse_motion(x, y); }

    void sync() override { rig_.eye.sync(); }

    void focus_window() override { rig_.eye.focus(rig_.window()); }

    void focus_other() override { rig_.eye.focus(other_); }

    bool is_keyboard_free() override {
        const bool is_free = rig_.eye.grab_keyboard();
        rig_.eye.end_grabs();
        return is_free;
    }

    bool is_pointer_free() override {
        const bool is_free = rig_.eye.grab_pointer();
        rig_.eye.end_grabs();
        return is_free;
    }

  private:
    X11Rig rig_;
    XHand hand_{rig_.eye};
    xcb_window_t other_ = XCB_NONE;
};

}  // namespace

std::unique_ptr<InputStage> make_x11_stage() {
    return std::make_unique<X11Stage>();
}

}  // namespace oriel::test
