// SPDX-License-Identifier: MIT
// A real viewer's overlay and messages on a real X server, the programs as they are.
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

#include "base/linux/process_use.h"
#include "faults/programs.h"
#include "x11/viewer_windows.h"
#include "x11/x11_fixture.h"
#include "x11/x11_painter.h"

namespace oriel::testing_support {
namespace {

using Pixels = std::vector<std::uint32_t>;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Size kScreen = {1280, 800};
constexpr const char* kStill = "1280x800@60,still";

/// Of the overlay and of a message, where nothing is written.
constexpr std::uint32_t kOverlayColour = 0x14171B;

void rest(Nanoseconds time) {
    const timespec left{time.count() / 1'000'000'000, time.count() % 1'000'000'000};
    nanosleep(&left, nullptr);
}

class OverlayViewer : public testing::Test {
  protected:
    OverlayViewer()
        : server_(test::XServer::start(kScreen).value()),
          eye_(test::XPainter::open(server_.display()).value()) {}

    template <class Condition>
    bool becomes(Condition condition) {
        for (int i = 0; i < 200; ++i) {
            if (condition()) {
                return true;
            }
            rest(milliseconds(50));
        }
        return false;
    }

    Pixels look() const { return eye_.look_at_root(); }

    bool has_overlay() const { return look()[2 * kScreen.width + 2] == kOverlayColour; }

    bool shows_still_picture() const {
        return PatternScreen(server_.display(), {kScreen, 60, PatternChange::Still, {64, 64}})
            .look()
            .has_value();
    }

    void press_with_host_key(std::uint32_t key) {
        eye_.focus(test::viewer_windows(eye_).front());
        eye_.press_key(KEY_RIGHTCTRL);
        eye_.press_key(key);
        eye_.release_key(key);
        eye_.release_key(KEY_RIGHTCTRL);
    }

    RuntimeFolder folder_;
    test::XServer server_;
    test::XPainter eye_;
    ChildProgram broker_ = start_broker();
};

/// The smallest rectangle from the corner that holds all that differs; the two are equal beside it.
Size changed_area(const Pixels& one, const Pixels& other) {
    Size area{};
    for (std::uint32_t y = 0; y < kScreen.height; ++y) {
        for (std::uint32_t x = 0; x < kScreen.width; ++x) {
            const std::size_t at = std::size_t{y} * kScreen.width + x;
            if (one[at] != other[at]) {
                area = {std::max(area.width, x + 1), std::max(area.height, y + 1)};
            }
        }
    }
    return area;
}

TEST_F(OverlayViewer, ComesAndGoesByItsKeyAndLeavesThePictureAsItWas) {
    const ChildProgram agent = start_agent(kStill);
    const ChildProgram viewer = start_viewer(server_.display(), {"--input", "none"});
    ASSERT_TRUE(becomes([&] { return shows_still_picture(); }));
    const Pixels before = look();

    press_with_host_key(KEY_O);
    ASSERT_TRUE(becomes([&] { return has_overlay(); }));
    rest(milliseconds(500));
    const Size figures = changed_area(before, look());
    press_with_host_key(KEY_H);
    ASSERT_TRUE(becomes([&] { return changed_area(before, look()) != figures; }));
    const Size help = changed_area(before, look());
    press_with_host_key(KEY_H);
    ASSERT_TRUE(becomes([&] { return changed_area(before, look()) == figures; }));
    press_with_host_key(KEY_O);

    EXPECT_TRUE(becomes([&] { return look() == before; }));
    EXPECT_LE(figures.width, 432U);
    EXPECT_LE(figures.height, kScreen.height * 2 / 3);
    EXPECT_LE(help.height, kScreen.height / 2);
}

TEST_F(OverlayViewer, KeepsTheBudgetWhileNothingChanges) {
    const ChildProgram agent = start_agent(kStill);
    const ChildProgram viewer = start_viewer(server_.display(), {"--input", "none", "--overlay"});
    ASSERT_TRUE(becomes([&] { return has_overlay(); }));
    rest(seconds(3));
    const Pixels before = look();
    const ProcessUse start = use_of(viewer.pid()).value();

    rest(seconds(10));

    const ProcessUse use = use_of(viewer.pid()).value();
    EXPECT_LE(use.switches() - start.switches(), 30U);
    EXPECT_LE(use.cpu - start.cpu, milliseconds(20));
    EXPECT_EQ(look(), before);
}

TEST_F(OverlayViewer, KeepsTheBudgetWhileItCountsTheSecondsOfWaiting) {
    const ChildProgram viewer = start_viewer(server_.display(), {"--input", "none"});
    ASSERT_TRUE(becomes([&] { return !test::viewer_windows(eye_).empty(); }));
    rest(milliseconds(3500));
    const Pixels before = look();
    const ProcessUse start = use_of(viewer.pid()).value();

    rest(seconds(10));

    const ProcessUse use = use_of(viewer.pid()).value();
    EXPECT_LE(use.switches() - start.switches(), 30U);
    EXPECT_NE(look(), before);
}

}  // namespace
}  // namespace oriel::testing_support
