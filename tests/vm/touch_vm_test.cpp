// SPDX-License-Identifier: MIT
// A finger drawn across a touch screen of the host's is a drag in the guest: from GNOME's or KDE's
// compositor through `oriel view` and SPICE to what the guest's kernel hears.
#include <algorithm>
#include <cstdlib>

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

#include "faults/programs.h"
#include "vm/input_guest.h"
#include "wayland/compositor.h"
#include "wayland/desktop_hand.h"

namespace oriel::testing_support {
namespace {

using test::Compositor;
using test::DesktopHand;
using Events = std::vector<EvdevEvent>;

/// The host's, the picture's and the guest's: a pixel is the same everywhere.
constexpr Size kScreen = {InputGuest::kScreenWidth, InputGuest::kScreenHeight};
constexpr int kTabletRange = 32767;
constexpr Nanoseconds kPatience = std::chrono::seconds(20);

struct Desktop {
    std::string name;
    Result<Compositor> (*start)(Size output);
    Result<std::unique_ptr<DesktopHand>> (*open_hand)(const Compositor& compositor);
};

void PrintTo(const Desktop& desktop, std::ostream* out) {  // NOLINT(readability-identifier-naming)
    *out << desktop.name;
}

struct Place {
    int x = -1;
    int y = -1;

    friend bool operator==(const Place&, const Place&) = default;

    friend void PrintTo(const Place& place, std::ostream* out) {  // NOLINT: gtest's name
        *out << place.x << "," << place.y;
    }
};

/// What a tablet in the guest told, in pixels of the picture.
struct Drag {
    Place pressed_at;
    Place released_at;
    std::vector<Place> between;
    int presses = 0;
    int releases = 0;
};

Drag drag_of(const Events& events) {
    const auto pixel = [](int value, std::uint32_t size) {
        return static_cast<int>(static_cast<std::int64_t>(value) * size / (kTabletRange + 1));
    };
    Drag drag;
    Place at;
    bool is_down = false;
    for (const EvdevEvent& event : events) {
        if (event.type == EV_ABS && event.code == ABS_X) {
            at.x = pixel(event.value, kScreen.width);
        } else if (event.type == EV_ABS && event.code == ABS_Y) {
            at.y = pixel(event.value, kScreen.height);
            if (is_down) {
                drag.between.push_back(at);  // X came first.
            }
        } else if (event.type == EV_KEY && event.code == BTN_LEFT) {
            is_down = event.value == 1;
            (is_down ? drag.pressed_at : drag.released_at) = at;
            ++(is_down ? drag.presses : drag.releases);
        }
    }
    return drag;
}

class TouchVm : public testing::TestWithParam<Desktop> {
  protected:
    static void SetUpTestSuite() {
        if (why_nothing().empty()) {
            guest_ = std::make_unique<InputGuest>(InputDevices::Usb);
        }
    }

    static void TearDownTestSuite() { guest_.reset(); }

    static std::string why_nothing() {
        const std::string why = why_no_machine();
        return why.empty() ? Compositor::why_no_desktops() : why;
    }

    void SetUp() override {
        if (const std::string why = why_nothing(); !why.empty()) {
            GTEST_SKIP() << why << ": nothing was tested";
        }
        ASSERT_TRUE(guest_->is_up());
    }

    /// Its window fills the screen.
    static ChildProgram start_viewer_on(const Compositor& compositor) {
        return ChildProgram::start({.label = "viewer",
                                    .arguments = {program("oriel"),
                                                  "view",
                                                  "test",
                                                  "--platform",
                                                  "wayland",
                                                  "--fullscreen",
                                                  "--json"},
                                    .environment = {{"WAYLAND_DISPLAY", compositor.display()}},
                                    .complaints = ChildCommand::Complaints::Ours,
                                    .last_signal = SIGKILL})
            .value();
    }

    static std::unique_ptr<InputGuest> guest_;
};

std::unique_ptr<InputGuest> TouchVm::guest_;

TEST_P(TouchVm, ADragOfAFingerIsOneInTheGuest) {
    const RuntimeFolder folder;
    const auto compositor = GetParam().start(kScreen);
    ASSERT_TRUE(compositor) << compositor.error().message;
    const ChildProgram broker = start_broker("32", {"--input", guest_->spice()});
    const ChildProgram agent = start_agent("1280x800@10,rect");
    const ChildProgram viewer = start_viewer_on(*compositor);
    const auto hand = GetParam().open_hand(*compositor);
    ASSERT_TRUE(hand) << hand.error().message;
    guest_->forget();
    // The viewer connects in the background, and the touch screen appears with its first touch.
    const auto is_heard = [&](const Events& events) {
        if (drag_of(events).releases > 0) {
            return true;
        }
        (*hand)->touch_down(0, 5, 5);
        (*hand)->touch_up(0);
        return false;
    };
    ASSERT_GT(drag_of(guest_->wait_for(is_heard, kPatience)).releases, 0);
    static_cast<void>(guest_->wait_until_quiet());
    guest_->forget();

    const std::vector<Place> way{{120, 80}, {200, 160}, {333, 222}, {900, 600}, {1278, 798}};
    (*hand)->touch_down(0, way.front().x, way.front().y);
    for (const Place& place : way) {
        (*hand)->touch_move(0, place.x, place.y);
        // A machine that is emulated hears the last of what comes at once.
        const auto is_there = [&](const Events& events) {
            const Drag drag = drag_of(events);
            return (drag.between.empty() ? drag.pressed_at : drag.between.back()) == place;
        };
        static_cast<void>(guest_->wait_for(is_there, std::chrono::seconds(5)));
    }
    (*hand)->touch_up(0);

    const Drag drag = drag_of(guest_->wait_for(
        [](const Events& events) { return drag_of(events).releases > 0; }, kPatience));
    EXPECT_EQ(drag.presses, 1);
    EXPECT_EQ(drag.releases, 1);
    EXPECT_EQ(drag.pressed_at, way.front());
    EXPECT_EQ(drag.between, std::vector<Place>(way.begin() + 1, way.end()));
    EXPECT_EQ(drag.released_at, way.back());
}

INSTANTIATE_TEST_SUITE_P(
    Desktops,
    TouchVm,
    testing::Values(Desktop{"Mutter", Compositor::start_mutter, DesktopHand::open_at_mutter},
                    Desktop{"KWin", Compositor::start_kwin, DesktopHand::open_at_kwin}),
    [](const auto& made) { return made.param.name; });

}  // namespace
}  // namespace oriel::testing_support
