// SPDX-License-Identifier: MIT
// A real viewer's overlay and messages on real displays, the programs as they are.
#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

#include "base/linux/process_use.h"
#include "faults/programs.h"
#include "session/viewer_stage.h"

namespace oriel::testing_support {
namespace {

using Pixels = std::vector<std::uint32_t>;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Size kScreen = {1280, 800};
constexpr const char* kStill = "1280x800@60,still";

/// Of the overlay and of a message, where nothing is written.
constexpr std::uint32_t kOverlayColour = 0x14171B;

/// Context switches in ten seconds of a viewer that has nothing to do: two looks a second at
/// whether the agent lives, and once a second a line that may be drawn anew. One that draws all the
/// time has hundreds. What time they take, `oriel bench idle` says, beside what any wake-up takes.
constexpr std::uint64_t kRest = 60;

void rest(Nanoseconds time) {
    const timespec left{time.count() / 1'000'000'000, time.count() % 1'000'000'000};
    nanosleep(&left, nullptr);
}

class OverlayViewer : public testing::TestWithParam<const char*> {
  protected:
    OverlayViewer() : stage_(make_viewer_stage(GetParam(), kScreen)) {}

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

    ChildProgram view(const std::vector<std::string>& more = {}) const {
        std::vector<std::string> arguments{"--input", "none"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return start_viewer_of("test", stage_->platform(), stage_->environment(), arguments);
    }

    Pixels look() const { return stage_->look(); }

    bool has_overlay() const { return look()[2 * kScreen.width + 2] == kOverlayColour; }

    bool shows_still_picture() const {
        const Pixels seen = look();
        const FrameGeometry geometry{.size = kScreen, .stride = kScreen.width * 4};
        const auto pixels = std::as_bytes(std::span(seen));
        const auto stamp = read_stamp(pixels, geometry);
        return stamp &&
               verify_pattern(
                   pixels, geometry, {kScreen, 60, PatternChange::Still, {64, 64}}, stamp->frame);
    }

    void press_with_host_key(std::uint32_t key) {
        stage_->focus_window();
        stage_->press_key(KEY_RIGHTCTRL);
        stage_->tap_key(key);
        stage_->release_key(KEY_RIGHTCTRL);
    }

    RuntimeFolder folder_;
    std::unique_ptr<ViewerStage> stage_;
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

TEST_P(OverlayViewer, ComesAndGoesByItsKeyAndLeavesThePictureAsItWas) {
    const ChildProgram agent = start_agent(kStill);
    const ChildProgram viewer = view();
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

TEST_P(OverlayViewer, KeepsTheBudgetWhileNothingChanges) {
    const ChildProgram agent = start_agent(kStill);
    const ChildProgram viewer = view({"--overlay"});
    ASSERT_TRUE(becomes([&] { return has_overlay(); }));
    rest(seconds(3));
    const Pixels before = look();
    const ProcessUse start = use_of(viewer.pid()).value();

    rest(seconds(10));

    const ProcessUse use = use_of(viewer.pid()).value();
    EXPECT_LE(use.switches() - start.switches(), kRest);
    EXPECT_EQ(look(), before);
}

TEST_P(OverlayViewer, KeepsTheBudgetWhileItCountsTheSecondsOfWaiting) {
    const ChildProgram viewer = view();
    ASSERT_TRUE(becomes([&] { return !stage_->window_size().is_empty(); }));
    rest(milliseconds(3500));
    const Pixels before = look();
    const ProcessUse start = use_of(viewer.pid()).value();

    rest(seconds(10));

    const ProcessUse use = use_of(viewer.pid()).value();
    EXPECT_LE(use.switches() - start.switches(), kRest);
    EXPECT_NE(look(), before);
}

INSTANTIATE_TEST_SUITE_P(Displays,
                         OverlayViewer,
                         testing::Values("x11", "sway"),
                         [](const auto& made) { return std::string(made.param); });

}  // namespace
}  // namespace oriel::testing_support
