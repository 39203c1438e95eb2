// SPDX-License-Identifier: MIT
#include <chrono>
#include <cstdlib>
#include <memory>

#include <linux/input-event-codes.h>

#include "base/assert.h"
#include "present/input_stage.h"
#include "present/wayland/wayland_presenter.h"
#include "wayland/compositor.h"
#include "x11/x11_fixture.h"
#include "x11/x11_hand.h"
#include "x11/x11_painter.h"

namespace oriel::test {
namespace {

constexpr Size kServer = {800, 600};
constexpr Size kOutput = {640, 480};
constexpr int kMostFrame = 48;  // Title and shadow.

struct Place {
    int x = 0;
    int y = 0;
};

/// A window of ours that shows a picture, wherever weston puts it.
struct Window {
    Window(const Compositor& weston, Size picture)
        : size(picture),
          presenter(open_wayland_presenter({.display = weston.display()}).value()),
          driver(*presenter) {
        ORIEL_ASSERT(driver.show_whole(region.frame(0, bgrx(picture))));
    }

    Size size;
    TestRegion region{1 << 18};
    std::unique_ptr<Presenter> presenter;
    Driver driver;
    Place origin;  ///< On the screen.
};

/// Until `is_done`, `limit` at most.
template <class Condition>
bool wait(Driver& driver, Nanoseconds limit, Condition is_done) {
    bool was_done = false;
    driver.run_until([&, until = monotonic_now() + limit] {
        was_done = is_done();
        return was_done || monotonic_now() > until;
    });
    return was_done;
}

class WestonStage final : public InputStage {
  public:
    /// `variable`: set while it stands, where not null.
    explicit WestonStage(const char* variable) : variable_(variable) {
        if (variable_ != nullptr) {
            ::setenv(variable_, "1", 1);  // NOLINT(concurrency-mt-unsafe): one thread
        }
        // Weston puts windows anywhere, one above another.
        do {
            ours_ = open(kPicture);
        } while (!has_room());
        eye_.focus(westons_window());
        do {
            other_ = open({40, 30});
        } while (overlap());
        focus_window();
    }

    ~WestonStage() override {
        if (variable_ != nullptr) {
            ::unsetenv(variable_);  // NOLINT(concurrency-mt-unsafe): one thread
        }
    }

    WestonStage(const WestonStage&) = delete;
    WestonStage& operator=(const WestonStage&) = delete;

    Presenter& presenter() override { return *ours_->presenter; }

    Driver& driver() override { return ours_->driver; }

    Lacks lacks() const override { return {.shortcut_grab = true, .motion_past_edges = true}; }

    void press_key(std::uint32_t code) override { eye_.press_key(code); }

    void release_key(std::uint32_t code) override { eye_.release_key(code); }

    void press_button(std::uint32_t code) override { hand_.press_button(code); }

    void release_button(std::uint32_t code) override { hand_.release_button(code); }

    void turn_wheel(int right, int up) override { hand_.turn_wheel(right, up); }

    void move_to(int x, int y) override {
        eye_.move_mouse(ours_->origin.x + x, ours_->origin.y + y);
    }

    void queue_motion(int x, int y) override { eye_.queue_mouse_motion(x, y); }

    void sync() override { eye_.sync(); }

    /// And clicks: without that weston grants no pointer.
    void focus_window() override {
        switch_to(*ours_);
        move_to(80, 45);
        press_button(BTN_LEFT);
        release_button(BTN_LEFT);
        ours_->driver.settle();
    }

    void focus_other() override { switch_to(*other_); }

    bool is_keyboard_free() override {
        switch_to(*other_);
        other_->driver.heard.input.clear();
        eye_.press_key(KEY_Z);
        eye_.release_key(KEY_Z);
        return hears_something(*other_);
    }

    /// Weston counts motions: after a lock it takes the pointer for somewhere else, until X's comes
    /// in from outside, and moves.
    bool is_pointer_free() override {
        other_->driver.settle();
        other_->driver.heard.input.clear();
        bool is_free = false;
        for (int tries = 0; tries < 5 && !is_free; ++tries) {
            eye_.move_mouse(kServer.width - 1, kServer.height - 1);
            static_cast<void>(hears_something(*other_));
            for (int x = 10; x < 30; ++x) {
                eye_.move_mouse(other_->origin.x + x, other_->origin.y + 15);
            }
            is_free = hears_something(*other_);
        }
        move_to(80, 45);
        return is_free;
    }

  private:
    static bool has_focus(const Window& window) {
        const auto& told = window.driver.heard.focus;
        return !told.empty() && told.back();
    }

    /// By weston's own shortcut, since a locked pointer can click nowhere else.
    void switch_to(Window& window) {
        for (int tries = 0; tries < 5; ++tries) {
            ours_->driver.settle();
            other_->driver.settle();
            if (has_focus(window)) {
                return;
            }
            eye_.press_key(KEY_LEFTMETA);
            eye_.press_key(KEY_TAB);
            eye_.release_key(KEY_TAB);
            eye_.release_key(KEY_LEFTMETA);
        }
    }

    static bool hears_something(Window& window) {
        return wait(window.driver, std::chrono::milliseconds(100), [&] {
            return !window.driver.heard.input.empty();
        });
    }

    std::unique_ptr<Window> open(Size picture) {
        auto window = std::make_unique<Window>(weston_, picture);
        find(*window);
        return window;
    }

    /// By moving the pointer until the window hears of it.
    void find(Window& window) {
        constexpr int kStep = 20;
        auto& heard = window.driver.heard.input;
        for (int y = kStep / 2; y < static_cast<int>(kOutput.height); y += kStep) {
            heard.clear();
            for (int x = kStep / 2; x < static_cast<int>(kOutput.width); x += kStep) {
                eye_.move_mouse(x, y);
            }
            if (!hears_something(window)) {
                continue;
            }
            window.driver.settle();
            for (int x = kStep / 2; x < static_cast<int>(kOutput.width); x += kStep) {
                heard.clear();
                eye_.move_mouse(x, y);
                if (hears_something(window)) {
                    window.origin = {x - static_cast<int>(heard.back().x),
                                     y - static_cast<int>(heard.back().y)};
                    return;
                }
            }
        }
        ORIEL_ASSERT(false);
    }

    bool has_room() const {
        const auto is_in = [](int at, int least, int most) {
            return at >= least && at <= most;
        };
        return is_in(ours_->origin.x, 60, 350) && is_in(ours_->origin.y, 40, 300);
    }

    /// Or touch, with the frames that may be around them.
    bool overlap() const {
        const auto meet = [](int at, std::uint32_t side, int other, std::uint32_t others_side) {
            return at < other + static_cast<int>(others_side) + kMostFrame &&
                   other < at + static_cast<int>(side) + kMostFrame;
        };
        const Place& here = ours_->origin;
        const Place& there = other_->origin;
        return meet(here.x, ours_->size.width, there.x, other_->size.width) &&
               meet(here.y, ours_->size.height, there.y, other_->size.height);
    }

    xcb_window_t westons_window() const {
        std::unique_ptr<xcb_query_tree_reply_t, decltype(&std::free)> tree(
            xcb_query_tree_reply(
                eye_.connection(), xcb_query_tree(eye_.connection(), eye_.root()), nullptr),
            &std::free);
        const int count = xcb_query_tree_children_length(tree.get());
        ORIEL_ASSERT(count > 0);
        return xcb_query_tree_children(tree.get())[count - 1];
    }

    const char* variable_;
    XServer server_ = XServer::start(kServer).value();
    XPainter eye_ = XPainter::open(server_.display()).value();
    XHand hand_{eye_};
    Compositor weston_ = Compositor::start_weston_on_x11(kOutput, server_.display()).value();
    std::unique_ptr<Window> ours_;
    std::unique_ptr<Window> other_;
};

}  // namespace

std::unique_ptr<InputStage> make_weston_stage() {
    return std::make_unique<WestonStage>(nullptr);
}

std::unique_ptr<InputStage> make_frameless_weston_stage() {
    return std::make_unique<WestonStage>("ORIEL_NO_LIBDECOR");
}

}  // namespace oriel::test
