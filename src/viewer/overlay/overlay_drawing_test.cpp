// SPDX-License-Identifier: MIT
#include "viewer/overlay/overlay_drawing.h"

#include <cstring>
#include <set>

#include <gtest/gtest.h>

namespace oriel {
namespace {

constexpr WindowArea kUsual{{1920, 1080}, 1};

FiguresPage some_page() {
    OverlayFacts facts;
    facts.name = "win11";
    facts.presenter = "x11 :0, zero-copy";
    return make_figures_page({}, facts, "Right Ctrl", Nanoseconds(0));
}

std::set<std::uint32_t> colours(const LayerImage& image) {
    std::set<std::uint32_t> found;
    for (std::size_t i = 0; i < image.pixels.size(); i += 4) {
        std::uint32_t pixel = 0;
        std::memcpy(&pixel, &image.pixels[i], sizeof pixel);
        found.insert(pixel & 0xFFFFFFU);
    }
    return found;
}

TEST(OverlayDrawing, DrawsAPageOfItsOwnSize) {
    const LayerImage image = draw_figures(some_page(), kUsual);

    EXPECT_EQ(image.size.width, 432U);
    EXPECT_EQ(image.pixels.size(), image.size.area() * 4);
    EXPECT_GT(colours(image).size(), 20U);
}

TEST(OverlayDrawing, DrawsEqualPagesAlikeAndOthersNot) {
    const LayerImage image = draw_figures(some_page(), kUsual);
    EXPECT_EQ(draw_figures(some_page(), kUsual).pixels, image.pixels);

    FiguresPage other = some_page();
    other.graph.bars.back() = 0.5;

    EXPECT_NE(draw_figures(other, kUsual).pixels, image.pixels);
    EXPECT_EQ(draw_figures(other, kUsual).size, image.size);
}

TEST(OverlayDrawing, GrowsWithTheScale) {
    const LayerImage large = draw_figures(some_page(), {{1920, 1080}, 1.5});

    EXPECT_EQ(large.size.width, 648U);
    EXPECT_EQ(draw_help(make_help_page("Right Ctrl"), {{3840, 2160}, 2}).size.width,
              2 * draw_help(make_help_page("Right Ctrl"), {{3840, 2160}, 1}).size.width);
}

TEST(OverlayDrawing, FitsIntoAnyWindow) {
    const HelpPage help = make_help_page("Right Ctrl");
    for (const Size window : {Size{1, 1}, Size{31, 500}, Size{64, 64}, Size{300, 1000}}) {
        for (const LayerImage& image : {draw_figures(some_page(), {window, 2}),
                                        draw_help(help, {window, 2}),
                                        draw_hint("Right Ctrl releases", {window, 2})}) {
            EXPECT_LE(image.size.width, window.width);
            EXPECT_LE(image.size.height, window.height);
        }
    }
}

TEST(OverlayDrawing, MakesRoomForWarnings) {
    FiguresPage page = some_page();
    const std::uint32_t before = draw_figures(page, kUsual).size.height;
    page.warnings = {std::string(300, 'w'), "another"};

    EXPECT_GT(draw_figures(page, kUsual).size.height, before + 60);
}

TEST(OverlayDrawing, TakesBytesThatAreNoText) {
    FiguresPage page = some_page();
    page.title = "a\xFF\xFE\xC0 b\n\n\n";

    EXPECT_GT(colours(draw_figures(page, kUsual)).size(), 20U);
}

}  // namespace
}  // namespace oriel
