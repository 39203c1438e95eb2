// SPDX-License-Identifier: MIT
#include "wayland/compositor.h"

#include <algorithm>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "x11/x11_fixture.h"

namespace oriel::test {
namespace {

TEST(Sway, ShowsAnOutputOfTheSizeWanted) {
    const auto sway = Compositor::start_sway({{640, 360}});
    ASSERT_TRUE(sway) << sway.error().message;
    const auto picture = sway->picture();
    ASSERT_TRUE(picture) << picture.error().message;
    EXPECT_EQ(picture->size, (Size{640, 360}));
}

TEST(Sway, HasAsManyOutputsAsAskedFor) {
    const auto sway = Compositor::start_sway({{640, 360}, {800, 600}});
    ASSERT_TRUE(sway) << sway.error().message;
    const auto picture = sway->picture("HEADLESS-2");
    ASSERT_TRUE(picture) << picture.error().message;
    EXPECT_EQ(picture->size, (Size{800, 600}));
}

TEST(Sway, RefusesWhatIsNoCommand) {
    const auto sway = Compositor::start_sway({{640, 360}});
    ASSERT_TRUE(sway) << sway.error().message;
    EXPECT_FALSE(sway->tell({"frobnicate"}));
}

TEST(Sway, ComesBackAtTheSameAddress) {
    auto sway = Compositor::start_sway({{640, 360}});
    ASSERT_TRUE(sway) << sway.error().message;
    const std::string before = sway->display();
    sway->kill();
    ASSERT_TRUE(sway->restart());
    EXPECT_EQ(sway->display(), before);
    EXPECT_TRUE(sway->picture());
}

TEST(Sway, LeavesNothingBehind) {
    std::string folder;
    {
        const auto sway = Compositor::start_sway({{640, 360}});
        ASSERT_TRUE(sway) << sway.error().message;
        folder = sway->folder();
        EXPECT_TRUE(std::filesystem::exists(folder));
    }
    EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(Weston, StartsWithoutAScreen) {
    const auto weston = Compositor::start_weston({640, 360});
    ASSERT_TRUE(weston) << weston.error().message;
}

TEST(Weston, StartsInAWindow) {
    const auto server = XServer::start({800, 600});
    ASSERT_TRUE(server) << server.error().message;
    const auto weston = Compositor::start_weston_on_x11({640, 360}, server->display());
    ASSERT_TRUE(weston) << weston.error().message;
}

}  // namespace
}  // namespace oriel::test
