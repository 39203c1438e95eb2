// SPDX-License-Identifier: MIT
// Guests' screens that are much larger, smaller, or wider than the host's.
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "present/presenter_rig.h"
#include "present/viewport.h"
#include "present/wayland/wayland_rig.h"
#include "session/window_stage.h"

namespace oriel::testing_support {
namespace {

struct Sizes {
    Size guest;
    Size host;
};

class WindowSizes : public testing::TestWithParam<std::tuple<std::string, Sizes>> {};

TEST_P(WindowSizes, ShowThePictureWhereItBelongs) {
    const auto& [display, sizes] = GetParam();
    const auto stage = make_window_stage(display, sizes.host);
    Presenter& presenter = stage->presenter();
    test::TestRegion region(1U << 26U);
    test::Driver driver(presenter);
    ASSERT_TRUE(presenter.bind_region(region.fd(), region.memory()));
    const FrameGeometry geometry = test::bgrx(sizes.guest);
    region.fill(0, geometry, Rect::of(sizes.guest), test::block_colour);
    ASSERT_TRUE(driver.show_whole(region.frame(0, geometry)));

    presenter.set_window_mode(Presenter::WindowMode::FullScreen);
    ASSERT_TRUE(driver.run_until([&] { return presenter.area().size == sizes.host; }));
    driver.settle();
    ASSERT_TRUE(driver.show_whole(region.frame(0, geometry)));
    driver.settle();

    const auto seen = stage->look(sizes.host);
    ASSERT_EQ(seen.size(), sizes.host.area());
    const Viewport viewport(sizes.host, sizes.guest);
    for (std::uint32_t y = 10; y < sizes.guest.height; y += 20) {
        for (std::uint32_t x = 10; x < sizes.guest.width; x += 20) {
            const Viewport::Point at = viewport.pixel_in_window({x, y});
            ASSERT_EQ(seen[std::size_t{at.y} * sizes.host.width + at.x], test::block_colour(x, y))
                << x << "," << y;
        }
    }
}

constexpr Size kFullHd = {1920, 1080};
constexpr Size k4K = {3840, 2160};
constexpr Size kWide = {3440, 1440};

INSTANTIATE_TEST_SUITE_P(Displays,
                         WindowSizes,
                         testing::Combine(testing::Values("x11", "sway"),
                                          testing::Values(Sizes{k4K, kFullHd},
                                                          Sizes{kFullHd, k4K},
                                                          Sizes{kWide, kFullHd},
                                                          Sizes{kFullHd, kWide},
                                                          Sizes{kWide, kWide})));

}  // namespace
}  // namespace oriel::testing_support
