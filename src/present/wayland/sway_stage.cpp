// SPDX-License-Identifier: MIT
#include <linux/input-event-codes.h>

#include "base/assert.h"
#include "present/input_stage.h"
#include "present/wayland/wayland_presenter.h"
#include "wayland/compositor.h"
#include "wayland/hand.h"

namespace oriel::test {
namespace {

constexpr Size kOutput = {640, 480};

/// Windows in places of their own; a shortcut whose effect can be asked for.
const std::vector<std::string> kLines = {
    R"(for_window [title=".*"] floating enable, border none)",
    R"(for_window [title="^ours$"] move absolute position 0 0)",
    R"(for_window [title="^other$"] move absolute position 300 300)",
    R"(no_focus [title="^other$"])",
    "seat * pointer_constraint enable",
    "bindsym Mod4+q mode acted",
    "mode acted bindsym Mod4+p mode default"};

/// A window of ours that shows a picture.
struct Window {
    Window(const Compositor& sway, const std::string& title)
        : presenter(open_wayland_presenter({.display = sway.display(), .title = title}).value()),
          driver(*presenter) {
        ORIEL_ASSERT(driver.show_whole(region.frame(0, bgrx(InputStage::kPicture))));
    }

    TestRegion region{1 << 18};
    std::unique_ptr<Presenter> presenter;
    Driver driver;
};

class SwayStage final : public InputStage {
  public:
    SwayStage() {
        hand_.move_to(80, 45, kOutput);
        focus_window();
        other_.driver.settle();
    }

    Presenter& presenter() override { return *ours_.presenter; }

    Driver& driver() override { return ours_.driver; }

    void press_key(std::uint32_t code) override { hand_.press_key(code); }

    void release_key(std::uint32_t code) override { hand_.release_key(code); }

    void press_button(std::uint32_t code) override { hand_.press_button(code); }

    void release_button(std::uint32_t code) override { hand_.release_button(code); }

    void turn_wheel(int right, int up) override { hand_.turn_wheel(right, up); }

    void move_to(int x, int y) override { hand_.move_to(x, y, kOutput); }

    void queue_motion(int x, int y) override { hand_.queue_motion(x, y); }

    void sync() override { hand_.sync(); }

    void focus_window() override { tell(R"([title="^ours$"] focus)"); }

    void focus_other() override { tell(R"([title="^other$"] focus)"); }

    bool is_keyboard_free() override {
        hand_.press_key(KEY_LEFTMETA);
        hand_.press_key(KEY_Q);
        hand_.release_key(KEY_Q);
        hand_.release_key(KEY_LEFTMETA);
        const auto mode = sway_.tell({"-t", "get_binding_state"});
        tell("mode default");
        return mode && mode->find("acted") != std::string::npos;
    }

    bool is_pointer_free() override {
        other_.driver.settle();
        other_.driver.heard.input.clear();
        hand_.move_to(320, 320, kOutput);
        other_.driver.settle();
        hand_.move_to(80, 45, kOutput);
        return !other_.driver.heard.input.empty();
    }

  private:
    void tell(const std::string& line) { ORIEL_ASSERT(sway_.tell({line})); }

    Compositor sway_ = Compositor::start_sway({kOutput}, kLines).value();
    WaylandHand hand_ = WaylandHand::open(sway_.display()).value();
    Window ours_{sway_, "ours"};
    Window other_{sway_, "other"};
};

}  // namespace

std::unique_ptr<InputStage> make_sway_stage() {
    return std::make_unique<SwayStage>();
}

}  // namespace oriel::test
