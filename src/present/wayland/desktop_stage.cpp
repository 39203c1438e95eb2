// SPDX-License-Identifier: MIT
#include <linux/input-event-codes.h>

#include "base/assert.h"
#include "present/input_stage.h"
#include "present/wayland/desktop_rig.h"
#include "wayland/compositor.h"
#include "wayland/desktop_hand.h"

namespace oriel::test {
namespace {

constexpr Size kOutput = {640, 480};

struct Place {
    int x = 0;
    int y = 0;
};

/// A window of ours that shows a picture.
struct Window {
    Window(const Compositor& desktop, const std::string& title)
        : presenter(open_frameless(desktop, {.title = title})), driver(*presenter) {
        ORIEL_ASSERT(driver.show_whole(region.frame(0, bgrx(InputStage::kPicture))));
    }

    bool has_focus() const { return !driver.heard.focus.empty() && driver.heard.focus.back(); }

    TestRegion region{1 << 18};
    std::unique_ptr<Presenter> presenter;
    Driver driver;
    Place origin;  ///< On the screen.
};

/// On GNOME's or KDE's compositor. The focus goes where a finger taps, which it also does while the
/// pointer is locked; and by Alt+Tab, which is the compositor's own shortcut.
class DesktopStage final : public InputStage {
  public:
    DesktopStage(Compositor desktop, std::unique_ptr<DesktopHand> hand)
        : desktop_(std::move(desktop)), hand_(std::move(hand)) {
        // Keyboard and pointer appear with what they do first.
        press_key(KEY_LEFTSHIFT);
        release_key(KEY_LEFTSHIFT);
        find(ours_);
        find(other_);
        focus_window();
        move_to(80, 45);
        settle();
    }

    Presenter& presenter() override { return *ours_.presenter; }

    Driver& driver() override { return ours_.driver; }

    void press_key(std::uint32_t code) override { hand_->press_key(code); }

    void release_key(std::uint32_t code) override { hand_->release_key(code); }

    void press_button(std::uint32_t code) override { hand_->press_button(code); }

    void release_button(std::uint32_t code) override { hand_->release_button(code); }

    void turn_wheel(int right, int up) override { hand_->turn_wheel(right, up); }

    void move_to(int x, int y) override { hand_->move_to(ours_.origin.x + x, ours_.origin.y + y); }

    void queue_motion(int x, int y) override { hand_->move_by(x, y); }

    /// Mutter hears of it on a thread of its own.
    void sync() override { ours_.driver.settle(); }

    void focus_window() override { tap(ours_); }

    void focus_other() override { tap(other_); }

    bool is_keyboard_free() override {
        focus_window();
        hand_->press_key(KEY_LEFTALT);
        hand_->press_key(KEY_TAB);
        hand_->release_key(KEY_TAB);
        hand_->release_key(KEY_LEFTALT);
        settle();
        return other_.has_focus();
    }

    bool is_pointer_free() override {
        settle();
        other_.driver.heard.input.clear();
        hand_->move_to(other_.origin.x + 20, other_.origin.y + 20);
        settle();
        hand_->move_to(ours_.origin.x + 80, ours_.origin.y + 45);
        return !other_.driver.heard.input.empty();
    }

  private:
    void settle() {
        for (int i = 0; i < 2; ++i) {
            ours_.driver.settle();
            other_.driver.settle();
        }
    }

    void tap(Window& window) {
        for (int tries = 0; tries < 20; ++tries) {
            hand_->touch_down(0, window.origin.x + 10, window.origin.y + 10);
            hand_->touch_up(0);
            settle();
            if (window.has_focus()) {
                return;
            }
        }
    }

    /// KWin has them in their corners (Compositor::start_kwin()), mutter one below the other.
    void find(Window& window) {
        constexpr Place kGuesses[] = {{20, 20}, {320, 320}, {100, 40}, {100, 130}};
        for (const Place& guess : kGuesses) {
            hand_->move_to(guess.x - 1, guess.y);
            settle();
            window.driver.heard.input.clear();
            hand_->move_to(guess.x, guess.y);
            settle();
            if (!window.driver.heard.input.empty()) {
                const InputEvent& event = window.driver.heard.input.back();
                window.origin = {guess.x - static_cast<int>(event.x),
                                 guess.y - static_cast<int>(event.y)};
                return;
            }
        }
        ORIEL_ASSERT(false);
    }

    Compositor desktop_;
    std::unique_ptr<DesktopHand> hand_;
    Window ours_{desktop_, "ours"};
    Window other_{desktop_, "other"};
};

std::unique_ptr<InputStage> make(Result<Compositor> (*start)(Size),
                                 Result<std::unique_ptr<DesktopHand>> (*open)(const Compositor&)) {
    if (!Compositor::why_no_desktops().empty()) {
        return nullptr;
    }
    Compositor desktop = start(kOutput).value();
    auto hand = open(desktop).value();
    return std::make_unique<DesktopStage>(std::move(desktop), std::move(hand));
}

}  // namespace

std::unique_ptr<InputStage> make_mutter_stage() {
    return make(Compositor::start_mutter, DesktopHand::open_at_mutter);
}

std::unique_ptr<InputStage> make_kwin_stage() {
    return make(Compositor::start_kwin, DesktopHand::open_at_kwin);
}

}  // namespace oriel::test
