// SPDX-License-Identifier: MIT
// Messages and the overlay on a real X server, looked at by a second client.
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "present/x11/x11_rig.h"

namespace oriel {
namespace {

using test::bgrx;
using test::colourful_layer;
using test::expected_pixels;
using test::plain_layer;
using test::test_colour;
using test::X11Rig;

constexpr Size kSize = {160, 90};
constexpr Size kLayer = {70, 40};
constexpr std::uint32_t kWhite = 0xFFFFFF;

std::uint32_t inverted(std::uint32_t x, std::uint32_t y) {
    return test_colour(x, y) ^ kWhite;
}

std::uint32_t waiting(std::uint32_t x, std::uint32_t y) {
    const bool is_image = x >= 45 && x < 115 && y >= 25 && y < 65;
    return is_image ? test_colour(x - 45, y - 25) : kMessageColour;
}

/// `picture` with the overlay over it.
std::vector<std::uint32_t> under_overlay(
    Size window, const std::function<std::uint32_t(std::uint32_t x, std::uint32_t y)>& picture) {
    return expected_pixels(window, [&](std::uint32_t x, std::uint32_t y) {
        const bool is_overlay = x < kLayer.width && y < kLayer.height;
        return is_overlay ? inverted(x, y) : picture(x, y);
    });
}

LayerImage inverted_layer() {
    LayerImage image = colourful_layer(kLayer);
    for (std::size_t i = 0; i < image.pixels.size(); ++i) {
        image.pixels[i] = i % 4 == 3 ? image.pixels[i] : ~image.pixels[i];
    }
    return image;
}

/// Each way to the window's pixels: by the server's own reading, by copies, scaled or not.
struct Way {
    std::string name;
    bool is_bound;
    std::vector<std::string> server_arguments;
    std::optional<Size> window;
};

class X11LayersBy : public testing::TestWithParam<Way> {
  protected:
    X11LayersBy() : rig_({.size = GetParam().window}, GetParam().server_arguments) {
        if (GetParam().is_bound) {
            static_cast<void>(rig_.presenter->bind_region(rig_.region.fd(), rig_.region.memory()));
        }
    }

    bool show(const std::function<std::uint32_t(std::uint32_t, std::uint32_t)>& colour,
              const Damage& damage = Damage::whole(kSize)) {
        const FrameGeometry geometry = bgrx(kSize);
        rig_.region.fill(0, geometry, Rect::of(kSize), colour);
        return rig_.driver.show(rig_.region.frame(0, geometry), damage);
    }

    /// Of the picture at a place of the window, which may be twice as large.
    std::vector<std::uint32_t> covered_picture() {
        const std::uint32_t factor = rig_.window_size().width / kSize.width;
        return under_overlay(rig_.window_size(), [factor](std::uint32_t x, std::uint32_t y) {
            return test_colour(x / factor, y / factor);
        });
    }

    X11Rig rig_;
};

TEST_P(X11LayersBy, AnOverlayKeepsItsPlaceAndThePictureTheRest) {
    ASSERT_TRUE(show(inverted));
    ASSERT_TRUE(rig_.presenter->show_layer(Layer::Overlay, inverted_layer()));

    ASSERT_TRUE(show(test_colour));

    EXPECT_EQ(rig_.look(), covered_picture());
}

TEST_P(X11LayersBy, AnOverlayThatGoesLeavesThePicture) {
    ASSERT_TRUE(rig_.presenter->show_layer(Layer::Overlay, inverted_layer()));
    ASSERT_TRUE(show(test_colour));
    const int before = rig_.driver.heard.exposures;

    ASSERT_TRUE(rig_.presenter->show_layer(Layer::Overlay, {}));
    ASSERT_TRUE(rig_.driver.run_until([&] { return rig_.driver.heard.exposures > before; }));
    ASSERT_TRUE(show(test_colour, Damage{}));

    const std::uint32_t factor = rig_.window_size().width / kSize.width;
    EXPECT_EQ(rig_.look(),
              expected_pixels(rig_.window_size(), [factor](std::uint32_t x, std::uint32_t y) {
                  return test_colour(x / factor, y / factor);
              }));
}

TEST_P(X11LayersBy, DamageUnderAnOverlayDoesNotShow) {
    ASSERT_TRUE(rig_.presenter->show_layer(Layer::Overlay, inverted_layer()));
    ASSERT_TRUE(show(test_colour));

    ASSERT_TRUE(show(test_colour, Damage(Rect{10, 10, 100, 60})));

    EXPECT_EQ(rig_.look(), covered_picture());
}

INSTANTIATE_TEST_SUITE_P(
    Ways,
    X11LayersBy,
    testing::Values(Way{"SharedMemory", true, {}, {}},
                    Way{"Copies", false, {}, {}},
                    Way{"SentAlong", false, {"-extension", "MIT-SHM"}, {}},
                    Way{"Scaled", true, {}, Size{320, 180}},
                    Way{"ScaledCopies", false, {"-extension", "MIT-SHM"}, Size{320, 180}}),
    [](const auto& made) { return made.param.name; });

class X11Layers : public testing::Test {
  protected:
    X11Layers() {
        static_cast<void>(rig_.presenter->bind_region(rig_.region.fd(), rig_.region.memory()));
        rig_.region.fill(0, geometry_, Rect::of(kSize), test_colour);
    }

    void SetUp() override {
        ASSERT_TRUE(rig_.driver.show_whole(frame()));
        rig_.driver.settle();
    }

    PresentFrame frame() { return rig_.region.frame(0, geometry_); }

    bool looks_like(const std::vector<std::uint32_t>& expected) {
        return rig_.driver.run_until([&] { return rig_.look() == expected; });
    }

    FrameGeometry geometry_ = bgrx(kSize);
    X11Rig rig_;
};

TEST_F(X11Layers, AMessageHidesThePictureUntilItGoes) {
    const int exposures = rig_.driver.heard.exposures;
    ASSERT_TRUE(rig_.presenter->show_layer(Layer::Message, colourful_layer(kLayer)));
    EXPECT_EQ(rig_.look(), expected_pixels(kSize, waiting));

    ASSERT_TRUE(rig_.presenter->show_layer(Layer::Message, {}));
    ASSERT_TRUE(rig_.driver.show(frame(), Damage{}));
    rig_.driver.settle();

    EXPECT_EQ(rig_.look(), expected_pixels(kSize, test_colour));
    EXPECT_EQ(rig_.driver.heard.exposures, exposures);  // Who took it away shows the picture.
}

TEST_F(X11Layers, NoFrameIsShownBehindAMessage) {
    ASSERT_TRUE(rig_.presenter->show_layer(Layer::Message, colourful_layer(kLayer)));
    const std::size_t shown = rig_.driver.heard.shown.size();

    ASSERT_TRUE(rig_.presenter->show(frame(), Damage::whole(kSize)));
    ASSERT_TRUE(rig_.driver.run_until([&] { return rig_.presenter->is_ready(); }));

    EXPECT_EQ(rig_.driver.heard.shown.size(), shown);
    EXPECT_EQ(rig_.look(), expected_pixels(kSize, waiting));
}

TEST_F(X11Layers, BothAreThereAtOnce) {
    ASSERT_TRUE(rig_.presenter->show_layer(Layer::Overlay, inverted_layer()));
    ASSERT_TRUE(rig_.presenter->show_layer(Layer::Message, colourful_layer(kLayer)));

    EXPECT_EQ(rig_.look(), under_overlay(kSize, waiting));
}

TEST_F(X11Layers, AnImageReplacesTheOneBefore) {
    ASSERT_TRUE(rig_.presenter->show_layer(Layer::Overlay, plain_layer({100, 80}, kWhite)));
    ASSERT_TRUE(rig_.presenter->show_layer(Layer::Overlay, inverted_layer()));
    ASSERT_TRUE(rig_.driver.show_whole(frame()));

    EXPECT_EQ(rig_.look(), under_overlay(kSize, test_colour));
}

TEST_F(X11Layers, AMessageStaysInTheMiddleOfAnotherSize) {
    ASSERT_TRUE(rig_.presenter->show_layer(Layer::Message, colourful_layer(kLayer)));
    const int exposures = rig_.driver.heard.exposures;

    rig_.resize_window({300, 200});

    EXPECT_TRUE(looks_like(expected_pixels({300, 200}, [](std::uint32_t x, std::uint32_t y) {
        const bool is_image = x >= 115 && x < 185 && y >= 80 && y < 120;
        return is_image ? test_colour(x - 115, y - 80) : kMessageColour;
    })));
    EXPECT_EQ(rig_.driver.heard.exposures, exposures);
}

TEST_F(X11Layers, WhatDoesNotFitIsCutOff) {
    ASSERT_TRUE(rig_.presenter->show_layer(Layer::Overlay, colourful_layer({400, 300})));
    EXPECT_EQ(rig_.look(), expected_pixels(kSize, test_colour));

    ASSERT_TRUE(rig_.presenter->show_layer(Layer::Overlay, {}));
    ASSERT_TRUE(rig_.presenter->show_layer(Layer::Message, colourful_layer({200, 100})));
    EXPECT_EQ(rig_.look(), expected_pixels(kSize, [](std::uint32_t x, std::uint32_t y) {
                  return test_colour(x + 20, y + 5);
              }));
}

TEST_F(X11Layers, TheServerMendsThemByItself) {
    ASSERT_TRUE(rig_.presenter->show_layer(Layer::Overlay, inverted_layer()));
    ASSERT_TRUE(rig_.presenter->show_layer(Layer::Message, colourful_layer(kLayer)));
    const int before = rig_.driver.heard.exposures;

    const xcb_window_t other = rig_.eye.open_window({0, 0, 100, 60});
    rig_.eye.fill({0, 0, 100, 60}, kWhite);
    xcb_unmap_window(rig_.eye.connection(), other);
    rig_.eye.sync();

    EXPECT_EQ(rig_.look(), under_overlay(kSize, waiting));
    EXPECT_EQ(rig_.driver.heard.exposures, before);
}

TEST_F(X11Layers, ComeBackWithTheirWindow) {
    ASSERT_TRUE(rig_.presenter->show_layer(Layer::Overlay, inverted_layer()));
    const xcb_window_t window = rig_.window();
    const int before = rig_.driver.heard.exposures;

    xcb_unmap_window(rig_.eye.connection(), window);
    rig_.eye.sync();
    rig_.driver.settle();
    xcb_map_window(rig_.eye.connection(), window);
    rig_.eye.sync();
    ASSERT_TRUE(rig_.driver.run_until([&] { return rig_.driver.heard.exposures > before; }));
    ASSERT_TRUE(rig_.driver.show_whole(frame()));

    EXPECT_EQ(rig_.look(), under_overlay(kSize, test_colour));
}

TEST(X11Message, FillsAWindowOfItsOwnBeforeAnyPicture) {
    X11Rig rig({}, {}, {1400, 900});
    ASSERT_TRUE(rig.presenter->show_layer(Layer::Message, plain_layer({100, 20}, kWhite)));
    // The window has to be mapped and exposed first, in the server's own time.
    EXPECT_TRUE(rig.driver.run_until([&] { return rig.look().front() == kMessageColour; }));

    EXPECT_EQ(rig.window_size(), (Size{1280, 720}));
    EXPECT_EQ(rig.presenter->area(), (WindowArea{{1280, 720}, 1}));
    EXPECT_EQ(rig.look(), expected_pixels({1280, 720}, [](std::uint32_t x, std::uint32_t y) {
                  const bool is_image = x >= 590 && x < 690 && y >= 350 && y < 370;
                  return is_image ? kWhite : kMessageColour;
              }));
}

TEST(X11Area, HasTheScaleThatTheDesktopSets) {
    const test::XServer server = test::XServer::start({640, 480}).value();
    const test::XPainter eye = test::XPainter::open(server.display()).value();
    const std::string resources = "Xft.antialias:\t1\nXft.dpi:\t144\n";
    xcb_change_property(eye.connection(),
                        XCB_PROP_MODE_REPLACE,
                        eye.root(),
                        XCB_ATOM_RESOURCE_MANAGER,
                        XCB_ATOM_STRING,
                        8,
                        static_cast<std::uint32_t>(resources.size()),
                        resources.data());
    eye.sync();

    const auto presenter = open_x11_presenter({.display = server.display()}).value();

    EXPECT_EQ(presenter->area().scale, 1.5);
}

}  // namespace
}  // namespace oriel
