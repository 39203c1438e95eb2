// SPDX-License-Identifier: MIT
#include "viewer/overlay/text_panel.h"

#include <algorithm>
#include <cstring>

#include <gtest/gtest.h>

namespace oriel {
namespace {

std::size_t ink(const LayerImage& panel) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < panel.pixels.size(); i += 4) {
        std::uint32_t pixel = 0;
        std::memcpy(&pixel, &panel.pixels[i], sizeof pixel);
        count += (pixel & 0xFFFFFF) != kMessageColour ? 1 : 0;
    }
    return count;
}

TEST(TextPanel, HoldsTextOnItsColour) {
    const LayerImage panel = render_text_panel("waiting for the guest", {{1280, 720}});

    EXPECT_EQ(panel.pixels.size(), panel.size.area() * 4);
    EXPECT_GT(ink(panel), 100U);
    EXPECT_LT(ink(panel), panel.size.area() / 2);
}

TEST(TextPanel, IsNoLargerThanItsText) {
    const LayerImage panel = render_text_panel("short", {{1280, 720}});

    EXPECT_LT(panel.size.width, 200U);
    EXPECT_LT(panel.size.height, 60U);
}

TEST(TextPanel, WrapsLongTexts) {
    std::string text;
    for (int i = 0; i < 60; ++i) {
        text += "waiting ";
    }

    const LayerImage panel = render_text_panel(text, {{600, 400}});

    EXPECT_LE(panel.size.width, 600U);
    EXPECT_GT(panel.size.height, render_text_panel("waiting", {{600, 400}}).size.height * 3);
}

TEST(TextPanel, FitsIntoAnyWindow) {
    for (const Size window : {Size{1, 1}, Size{3, 400}, Size{64, 2}}) {
        const LayerImage panel = render_text_panel(std::string(100, 'w'), {window});
        EXPECT_LE(panel.size.width, window.width);
        EXPECT_LE(panel.size.height, window.height);
    }
}

TEST(TextPanel, GrowsWithTheScale) {
    const LayerImage usual = render_text_panel("waiting", {{1280, 720}});
    const LayerImage large = render_text_panel("waiting", {{1280, 720}, 2});

    EXPECT_GT(large.size.height, usual.size.height * 3 / 2);
    EXPECT_GT(large.size.width, usual.size.width * 3 / 2);
}

TEST(TextPanel, TakesBytesThatAreNoText) {
    const LayerImage panel = render_text_panel("a\xFF\xFE\xC0 b", {{600, 400}});

    EXPECT_GT(ink(panel), 10U);
}

TEST(TextPanel, CutsEndlessTexts) {
    const LayerImage panel = render_text_panel(std::string(1 << 20, 'x'), {{640, 480}});

    EXPECT_LE(panel.size.height, 480U);
}

}  // namespace
}  // namespace oriel
