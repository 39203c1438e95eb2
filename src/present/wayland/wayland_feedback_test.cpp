// SPDX-License-Identifier: MIT
// How often a compositor is asked when a frame was on screen.
#include <cstdlib>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "present/wayland/wayland_rig.h"

namespace oriel {
namespace {

using test::bgrx;

constexpr Size kSize = {64, 48};

/// A presenter whose Wayland library writes each request to standard error.
class Told {
  public:
    Told() {
        ::setenv("WAYLAND_DEBUG", "client", 1);  // NOLINT(concurrency-mt-unsafe): one thread
        presenter = open_wayland_presenter({.display = sway.display()}).value();
        ::unsetenv("WAYLAND_DEBUG");  // NOLINT(concurrency-mt-unsafe)
    }

    test::Compositor sway = test::Compositor::start_sway({{640, 480}}).value();
    test::TestRegion region{1 << 20};
    std::unique_ptr<Presenter> presenter;
};

int count_of(std::string_view what, std::string_view text) {
    int count = 0;
    for (std::size_t at = text.find(what); at != std::string_view::npos;
         at = text.find(what, at + what.size())) {
        ++count;
    }
    return count;
}

TEST(WaylandFeedback, AsksOnceInSixtyFramesWhoTellsOfNone) {
    constexpr int kAlways = 8;
    constexpr int kUnasked = 60;
    bool is_shown = true;
    testing::internal::CaptureStderr();
    {
        const Told told;
        test::Driver driver(*told.presenter);
        for (int i = 0; i < kAlways + 2 * kUnasked && is_shown; ++i) {
            is_shown = driver.show_whole(told.region.frame(0, bgrx(kSize)));
        }
    }
    const std::string said = testing::internal::GetCapturedStderr();

    ASSERT_TRUE(is_shown);
    if (count_of(".presented(", said) != 0) {
        GTEST_SKIP() << "this compositor tells of frames";
    }
    // A window that is still being placed shows some of them twice.
    const int frames = count_of(".frame(new id", said);
    EXPECT_GE(frames, kAlways + 2 * kUnasked);
    EXPECT_EQ(count_of(".feedback(", said), kAlways + (frames - kAlways) / kUnasked);
}

}  // namespace
}  // namespace oriel
