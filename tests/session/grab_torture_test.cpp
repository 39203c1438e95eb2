// SPDX-License-Identifier: MIT
// Focus, keys, buttons and grabs in random order, with viewers that end, are killed, and lose their
// display: whatever happens no key stays down in the guest, and the display is free afterwards.
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

#include "base/linux/child_program.h"
#include "present/presenter_rig.h"
#include "present/wayland/wayland_presenter.h"
#include "session/input_fixture.h"
#include "wayland/compositor.h"
#include "wayland/hand.h"
#include "x11/x11_hand.h"

namespace oriel::testing_support {
namespace {

constexpr Size kScreen = {1200, 800};

/// A display with a person at it and another program.
class Table {
  public:
    virtual ~Table() = default;
    Table(const Table&) = delete;
    Table& operator=(const Table&) = delete;

    virtual Station::Platform platform() const = 0;
    virtual void press_key(std::uint32_t code) = 0;
    virtual void release_key(std::uint32_t code) = 0;
    virtual void press_button(std::uint32_t code) = 0;
    virtual void release_button(std::uint32_t code) = 0;
    virtual void move_by(int x, int y) = 0;

    /// The viewer's window that was opened last, or the other program's.
    virtual void focus_viewer() = 0;
    virtual void focus_other() = 0;

    /// The other program gets keys and pointer, and the display's own shortcut works.
    virtual bool is_free() = 0;

    /// The display ends and comes back; false: viewers do not outlive that here.
    virtual bool restart() { return false; }

    /// What a program needs that is started here.
    virtual std::vector<std::pair<std::string, std::string>> environment() const = 0;

  protected:
    Table() = default;
};

class X11Table final : public Table {
  public:
    X11Table() {
        setenv("DISPLAY", server_.display().c_str(), 1);
    }  // NOLINT(concurrency-mt-unsafe)

    Station::Platform platform() const override { return Station::Platform::X11; }

    void press_key(std::uint32_t code) override { eye_.press_key(code); }

    void release_key(std::uint32_t code) override { eye_.release_key(code); }

    void press_button(std::uint32_t code) override { hand_.press_button(code); }

    void release_button(std::uint32_t code) override { hand_.release_button(code); }

    void move_by(int x, int y) override {
        eye_.queue_mouse_motion(x, y);
        eye_.sync();
    }

    void focus_viewer() override {
        const auto windows = test::viewer_windows(eye_);
        if (!windows.empty()) {
            eye_.focus(windows.back());
        }
    }

    void focus_other() override { eye_.focus(other_); }

    bool is_free() override { return eye_.can_grab(); }

    std::vector<std::pair<std::string, std::string>> environment() const override {
        return {{"DISPLAY", server_.display()}};
    }

  private:
    test::XServer server_ = test::XServer::start(kScreen).value();
    test::XPainter eye_ = test::XPainter::open(server_.display()).value();
    test::XHand hand_{eye_};
    xcb_window_t other_ = eye_.open_window({1100, 700, 50, 50});
};

class SwayTable final : public Table {
  public:
    SwayTable() {
        setenv("WAYLAND_DISPLAY", sway_.display().c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
        sit_down();
    }

    Station::Platform platform() const override { return Station::Platform::Wayland; }

    void press_key(std::uint32_t code) override { hand_->press_key(code); }

    void release_key(std::uint32_t code) override { hand_->release_key(code); }

    void press_button(std::uint32_t code) override { hand_->press_button(code); }

    void release_button(std::uint32_t code) override { hand_->release_button(code); }

    void move_by(int x, int y) override {
        hand_->queue_motion(x, y);
        hand_->sync();
    }

    void focus_viewer() override {
        static_cast<void>(sway_.tell({R"x([title="^(?!other$)"] focus)x"}));
        hand_->move_to(100, 100, kScreen);
    }

    void focus_other() override { static_cast<void>(sway_.tell({R"([title="^other$"] focus)"})); }

    bool is_free() override {
        focus_other();
        other_driver_->settle();
        other_driver_->heard.input.clear();
        hand_->press_key(KEY_Z);
        hand_->release_key(KEY_Z);
        hand_->move_to(1110, 710, kScreen);
        hand_->move_to(1112, 710, kScreen);
        const auto comes = [this](InputEvent::Kind kind) {
            return other_driver_->run_until([&] {
                return std::ranges::count(other_driver_->heard.input, kind, &InputEvent::kind) > 0;
            });
        };
        const bool has_keys = comes(InputEvent::Kind::KeyDown) && comes(InputEvent::Kind::KeyUp);
        EXPECT_TRUE(has_keys);
        const bool has_pointer = comes(InputEvent::Kind::Motion);
        EXPECT_TRUE(has_pointer);
        hand_->press_key(KEY_LEFTMETA);
        hand_->press_key(KEY_Q);
        hand_->release_key(KEY_Q);
        hand_->release_key(KEY_LEFTMETA);
        const auto mode = sway_.tell({"-t", "get_binding_state"});
        static_cast<void>(sway_.tell({"mode default"}));
        hand_->move_to(100, 100, kScreen);
        const bool acts = mode && mode->contains("acted");
        EXPECT_TRUE(acts);
        return has_keys && has_pointer && acts;
    }

    bool restart() override {
        hand_.reset();
        other_driver_.reset();
        other_.reset();
        sway_.kill();
        EXPECT_TRUE(sway_.restart());
        sit_down();
        return true;
    }

    std::vector<std::pair<std::string, std::string>> environment() const override {
        return sway_.environment();
    }

  private:
    void sit_down() {
        hand_.emplace(test::WaylandHand::open(sway_.display()).value());
        other_ = open_wayland_presenter({.display = sway_.display(), .title = "other"}).value();
        other_driver_.emplace(*other_);
        EXPECT_TRUE(other_driver_->show_whole(region_.frame(0, test::bgrx({40, 40}))));
    }

    test::Compositor sway_ =
        test::Compositor::start_sway(
            {kScreen},
            {R"(for_window [title=".*"] floating enable, border none, move absolute position 0 0)",
             R"(for_window [title="^other$"] move absolute position 1100 700)",
             R"(no_focus [title="^other$"])",
             "seat * pointer_constraint enable",
             "bindsym Mod4+q mode acted",
             "mode acted bindsym Mod4+p mode default"})
            .value();
    std::optional<test::WaylandHand> hand_;
    test::TestRegion region_{1 << 16};
    std::unique_ptr<Presenter> other_;
    std::optional<test::Driver> other_driver_;
};

struct Kind {
    std::string name;
    std::function<std::unique_ptr<Table>()> make;
    PointerMode pointer;
};

void PrintTo(const Kind& kind, std::ostream* out) {  // NOLINT(readability-identifier-naming)
    *out << kind.name;
}

class GrabTorture : public testing::TestWithParam<Kind> {
  protected:
    void SetUp() override {
        table_ = GetParam().make();
        start_viewer();
    }

    void start_viewer() {
        station_ = std::make_unique<Station>(
            loop_, GetParam().pointer, std::nullopt, HostKey{}, table_->platform());
        ASSERT_TRUE(run_until([this] { return station_->has_picture; }));
        settle();
    }

    template <class Condition>
    bool run_until(Condition condition) {
        const Nanoseconds give_up = monotonic_now() + std::chrono::seconds(15);
        while (!condition()) {
            if (monotonic_now() > give_up || !loop_.run_once(std::chrono::milliseconds(20))) {
                return false;
            }
        }
        return true;
    }

    void settle() {
        for (int i = 0; i < 6; ++i) {
            EXPECT_TRUE(loop_.run_once(std::chrono::milliseconds(5)));
        }
    }

    void tap(std::uint32_t key) {
        table_->press_key(key);
        table_->release_key(key);
    }

    /// One thing that happens to a viewer in use.
    void act(std::mt19937& random) {
        constexpr std::uint32_t kKeys[] = {
            KEY_A, KEY_LEFTSHIFT, KEY_LEFTALT, KEY_ENTER, KEY_LEFTCTRL};
        constexpr std::uint32_t kButtons[] = {BTN_LEFT, BTN_RIGHT};
        const std::uint32_t key = kKeys[random() % std::size(kKeys)];
        const std::uint32_t button = kButtons[random() % std::size(kButtons)];
        switch (random() % 9) {
        case 0:
            table_->focus_other();
            break;
        case 1:
        case 2:
            table_->focus_viewer();
            break;
        case 3:
            tap(KEY_RIGHTCTRL);
            break;
        case 4:
            if (down_.insert(key).second) {
                table_->press_key(key);
            }
            break;
        case 5:
            if (down_.erase(key) != 0) {
                table_->release_key(key);
            }
            break;
        case 6:
            if (down_.insert(button).second) {
                table_->press_button(button);
            }
            break;
        case 7:
            if (down_.erase(button) != 0) {
                table_->release_button(button);
            }
            break;
        default:
            table_->move_by(static_cast<int>(random() % 41) - 20,
                            static_cast<int>(random() % 41) - 20);
            break;
        }
    }

    void let_go() {
        for (const std::uint32_t code : std::exchange(down_, {})) {
            if (code >= BTN_MOUSE) {
                table_->release_button(code);
            } else {
                table_->release_key(code);
            }
        }
        settle();
    }

    void grab() {
        table_->focus_viewer();
        settle();
        tap(KEY_RIGHTCTRL);
        settle();
    }

    PollLoop loop_;
    std::unique_ptr<Table> table_;
    std::unique_ptr<Station> station_;
    std::set<std::uint32_t> down_;  ///< By the person's hand.
};

TEST_P(GrabTorture, LeavesNoKeyDownAndNoGrabWhateverAPersonDoes) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    RecordProperty("seed", std::to_string(seed));
    std::mt19937 random(seed);
    for (int round = 0; round < 12; ++round) {
        for (int i = 0; i < 25; ++i) {
            act(random);
            if (random() % 3 == 0) {
                settle();
            }
        }
        table_->focus_other();
        ASSERT_TRUE(run_until([this] { return station_->sink().down.empty(); }));
        let_go();
        ASSERT_TRUE(run_until([this] { return station_->sink().down.empty(); }));
        ASSERT_EQ(station_->sink().broken_rules, std::vector<std::string>{});
        ASSERT_TRUE(run_until([this] { return table_->is_free(); }));
    }
}

TEST_P(GrabTorture, GivesEverythingBackWhenTheViewerEndsInTheMiddle) {
    for (int round = 0; round < 5; ++round) {
        grab();
        down_ = {KEY_A, BTN_RIGHT};
        table_->press_key(KEY_A);
        table_->press_button(BTN_RIGHT);
        EXPECT_TRUE(run_until([this] { return station_->sink().down.contains(KEY_A); }));
        station_.reset();
        let_go();
        ASSERT_TRUE(run_until([this] { return table_->is_free(); }));
        start_viewer();
    }
}

TEST_P(GrabTorture, AKilledViewerLeavesNoGrab) {
    for (int round = 0; round < 3; ++round) {
        auto killed = ChildProgram::start(
            {.label = "viewer",
             .arguments = {ORIEL_RECORDING_VIEWER,
                           station_->target().text(),
                           table_->platform() == Station::Platform::X11 ? "x11" : "wayland"},
             .environment = table_->environment()});
        ASSERT_TRUE(killed);
        const Nanoseconds until = monotonic_now() + std::chrono::seconds(2);
        run_until([until] { return monotonic_now() > until; });
        grab();
        table_->press_key(KEY_A);
        settle();

        killed->send(SIGKILL);
        ASSERT_TRUE(killed->wait(std::chrono::seconds(10)));
        table_->release_key(KEY_A);

        EXPECT_TRUE(run_until([this] { return table_->is_free(); }));
    }
}

TEST_P(GrabTorture, ADisplayThatEndsTakesTheGrabAndTheKeysAlong) {
    for (int round = 0; round < 3; ++round) {
        grab();
        table_->press_key(KEY_A);
        table_->press_button(BTN_RIGHT);
        EXPECT_TRUE(run_until([this] { return station_->sink().down.contains(KEY_A); }));
        const int before = station_->sinks_made();
        if (!table_->restart()) {
            GTEST_SKIP() << "viewers do not outlive this display";
        }

        // The viewer lets go by ending the sink, and takes another for the new window.
        ASSERT_TRUE(run_until([&] { return station_->sinks_made() > before; }));
        ASSERT_TRUE(run_until([this] {
            table_->focus_viewer();
            tap(KEY_B);
            settle();
            return !station_->sink().keys.empty();
        }));
        EXPECT_TRUE(run_until([this] { return station_->sink().down.empty(); }));
        EXPECT_EQ(station_->sink().keys.front().code, std::uint32_t{KEY_B});
        EXPECT_TRUE(run_until([this] { return table_->is_free(); }));
    }
}

INSTANTIATE_TEST_SUITE_P(
    Displays,
    GrabTorture,
    testing::Values(
        Kind{"X11Mouse", [] { return std::make_unique<X11Table>(); }, PointerMode::Relative},
        Kind{"X11Tablet", [] { return std::make_unique<X11Table>(); }, PointerMode::Absolute},
        Kind{"SwayMouse", [] { return std::make_unique<SwayTable>(); }, PointerMode::Relative},
        Kind{"SwayTablet", [] { return std::make_unique<SwayTable>(); }, PointerMode::Absolute}),
    [](const auto& made) { return made.param.name; });

}  // namespace
}  // namespace oriel::testing_support
