// SPDX-License-Identifier: MIT
#include "abi/cursor.h"

#include <algorithm>
#include <functional>

#include <gtest/gtest.h>

#include "relay/cursor_image.h"
#include "relay/relay_subscriber.h"
#include "relay/test_random.h"
#include "relay/test_region.h"

namespace oriel {
namespace {

CursorImage image_of(CursorKind kind, Size size, std::uint32_t seed = 1) {
    CursorImage image{.kind = kind,
                      .size = size,
                      .stride = size.width * 4,
                      .hot_x = size.width / 2,
                      .hot_y = size.height / 2,
                      .pixels = {}};
    std::size_t rows = size.height;
    if (kind == CursorKind::Monochrome) {
        image.stride = (size.width + 7) / 8;
        rows *= 2;
    }
    TestRandom random(seed);
    image.pixels.resize(image.stride * rows);
    std::ranges::generate(image.pixels, [&] { return static_cast<std::byte>(random.below(256)); });
    return image;
}

class Cursor : public testing::Test {
  protected:
    Cursor() { subscriber_.refresh(Nanoseconds(0)); }

    Result<CursorNews, RegionFault> news() { return subscriber_.cursor_news(0); }

    std::uint64_t place() const { return publisher_.layout().element(abi::kTableCursors, 0); }

    TestRegion region_;
    Publisher publisher_ = region_.publish();
    RelaySubscriber subscriber_{region_.bytes(), {}};
};

class CursorShapes : public Cursor, public testing::WithParamInterface<CursorKind> {};

TEST_P(CursorShapes, ArriveAsTheyWereSent) {
    for (const Size size : {Size{1, 1}, Size{7, 33}, Size{32, 32}, Size{256, 256}}) {
        const CursorImage sent = image_of(GetParam(), size);
        publisher_.cursor(0).set_image(sent, Nanoseconds(1));

        const auto received = news();

        ASSERT_TRUE(received && received->image);
        EXPECT_EQ(received->image->kind, sent.kind);
        EXPECT_EQ(received->image->size, sent.size);
        EXPECT_EQ(received->image->hot_x, sent.hot_x);
        EXPECT_EQ(received->image->pixels, sent.pixels);
    }
}

INSTANTIATE_TEST_SUITE_P(OfEveryKind,
                         CursorShapes,
                         testing::Values(CursorKind::Colour,
                                         CursorKind::Masked,
                                         CursorKind::Monochrome));

TEST_F(Cursor, MovesWithoutItsShape) {
    publisher_.cursor(0).set_image(image_of(CursorKind::Colour, {8, 8}), Nanoseconds(0));
    static_cast<void>(news());

    const CursorPosition moved{-5, 7, CursorPosition::Visibility::Shown};
    publisher_.cursor(0).set_position(moved, Nanoseconds(2));
    const auto received = news();

    EXPECT_EQ(received->position, moved);
    EXPECT_FALSE(received->image);
    EXPECT_FALSE(news()->position);
}

TEST_F(Cursor, AlternatesBetweenTwoImages) {
    for (std::uint32_t i = 1; i < 6; ++i) {
        const CursorImage sent = image_of(CursorKind::Colour, {8, 8}, i);
        publisher_.cursor(0).set_image(sent, Nanoseconds(i));
        EXPECT_EQ(news()->image->pixels, sent.pixels);
    }
    const auto first = region_.shared().copy<abi::CursorShape>(place() + 64);
    const auto second = region_.shared().copy<abi::CursorShape>(place() + 128);
    EXPECT_EQ(first->serial, 4U);
    EXPECT_EQ(second->serial, 5U);
    EXPECT_NE(first->image_offset, second->image_offset);
}

TEST_F(Cursor, OlderImageMayBeSkipped) {
    publisher_.cursor(0).set_image(image_of(CursorKind::Colour, {8, 8}, 1), Nanoseconds(0));
    const CursorImage last = image_of(CursorKind::Colour, {8, 8}, 2);
    publisher_.cursor(0).set_image(last, Nanoseconds(0));

    EXPECT_EQ(news()->image->pixels, last.pixels);
}

TEST_F(Cursor, LargerThanItsRoomIsCutAroundTheHotSpot) {
    CursorImage large = image_of(CursorKind::Colour, {400, 300});
    large.hot_x = 390;
    large.hot_y = 10;
    publisher_.cursor(0).set_image(large, Nanoseconds(0));

    const auto received = news();

    ASSERT_TRUE(received && received->image);
    const CursorImage& cut = *received->image;
    EXPECT_EQ(cut.size, (Size{256, 256}));
    EXPECT_EQ(cut.hot_x, 390U - 144);
    EXPECT_EQ(cut.hot_y, 10U);
    for (std::size_t row = 0; row < 256; ++row) {
        ASSERT_TRUE(std::equal(
            cut.pixels.begin() + static_cast<std::ptrdiff_t>(row * cut.stride),
            cut.pixels.begin() + static_cast<std::ptrdiff_t>((row + 1) * 1024),
            large.pixels.begin() + static_cast<std::ptrdiff_t>(row * large.stride + 144 * 4)));
    }
}

TEST(CursorInALargeRegion, KeepsSidesUpTo512) {
    TestRegion region(4U << 20U);
    Publisher publisher = region.publish();
    RelaySubscriber subscriber(region.bytes(), {});
    subscriber.refresh(Nanoseconds(0));
    const CursorImage large = image_of(CursorKind::Colour, {512, 512});
    publisher.cursor(0).set_image(large, Nanoseconds(0));
    EXPECT_EQ(subscriber.cursor_news(0)->image->pixels, large.pixels);

    publisher.cursor(0).set_image(image_of(CursorKind::Monochrome, {600, 20}), Nanoseconds(0));

    const auto cut = subscriber.cursor_news(0);
    EXPECT_EQ(cut->image->size, (Size{512, 20}));
    EXPECT_EQ(cut->image->kind, CursorKind::Colour);
}

struct Spoiled {
    const char* name;
    std::size_t field;
    std::uint32_t value;
    RegionFault fault;
};

void PrintTo(const Spoiled& value, std::ostream* out) {
    *out << value.name;
}

class HostileCursor : public Cursor, public testing::WithParamInterface<Spoiled> {};

/// The first shape has serial 1: it is in the second of the two places.
TEST_P(HostileCursor, IsRefused) {
    publisher_.cursor(0).set_image(image_of(CursorKind::Colour, {16, 16}), Nanoseconds(0));
    region_.put<std::uint32_t>(place() + 128 + GetParam().field, GetParam().value);

    const auto received = news();

    ASSERT_FALSE(received);
    EXPECT_EQ(received.error(), GetParam().fault);
}

using Shape = abi::CursorShape;

INSTANTIATE_TEST_SUITE_P(
    Guest,
    HostileCursor,
    testing::Values(Spoiled{"OddGeneration", 0, 3, RegionFault::FrameInFlux},
                    Spoiled{"NoGeneration", 0, 0, RegionFault::FrameInFlux},
                    Spoiled{"OtherSerial", offsetof(Shape, serial), 3, RegionFault::FrameInFlux},
                    Spoiled{"NoKind", offsetof(Shape, kind), 0, RegionFault::BadCursor},
                    Spoiled{"NoWidth", offsetof(Shape, width), 0, RegionFault::BadCursor},
                    Spoiled{"TooWide", offsetof(Shape, width), 513, RegionFault::BadCursor},
                    Spoiled{"Huge", offsetof(Shape, height), 0xFFFFFFFF, RegionFault::BadCursor},
                    Spoiled{"NarrowStride", offsetof(Shape, stride), 63, RegionFault::BadCursor},
                    Spoiled{"HugeStride", offsetof(Shape, stride), 2049, RegionFault::BadCursor},
                    Spoiled{"HotSpotBeside", offsetof(Shape, hot_x), 16, RegionFault::BadCursor},
                    Spoiled{"HotSpotBelow", offsetof(Shape, hot_y), 16, RegionFault::BadCursor},
                    Spoiled{"ImageFarAway", 12, 1, RegionFault::BadCursor},
                    Spoiled{"ImageInTheViewersPart", 8, 0xF0000, RegionFault::BadCursor}),
    [](const auto& test) { return std::string(test.param.name); });

std::array<int, 4> pixel(const CursorImage& image, std::uint32_t x, std::uint32_t y) {
    std::array<int, 4> value{};
    for (std::size_t i = 0; i < 4; ++i) {
        value[i] = std::to_integer<int>(image.pixels[y * image.stride + x * 4 + i]);
    }
    return value;
}

using Pixel = std::array<int, 4>;

TEST(ToColour, TurnsInvertedPixelsBlackWithAWhiteRing) {
    // One row of AND bits, one of XOR bits: keep, keep, invert, keep, white, black.
    CursorImage mono{.kind = CursorKind::Monochrome,
                     .size = {6, 1},
                     .stride = 1,
                     .hot_x = 0,
                     .hot_y = 0,
                     .pixels = {std::byte{0b11110000}, std::byte{0b00101000}}};

    const CursorImage colour = to_colour(mono);

    EXPECT_EQ(colour.stride, 24U);
    EXPECT_EQ(pixel(colour, 0, 0), (Pixel{0, 0, 0, 0}));
    EXPECT_EQ(pixel(colour, 1, 0), (Pixel{255, 255, 255, 255}));
    EXPECT_EQ(pixel(colour, 2, 0), (Pixel{0, 0, 0, 255}));
    EXPECT_EQ(pixel(colour, 3, 0), (Pixel{255, 255, 255, 255}));
    EXPECT_EQ(pixel(colour, 4, 0), (Pixel{255, 255, 255, 255}));
    EXPECT_EQ(pixel(colour, 5, 0), (Pixel{0, 0, 0, 255}));
}

TEST(MultiplyByAlpha, RoundsAndKeepsTheAlpha) {
    std::vector<std::byte> pixels{std::byte{200}, std::byte{100}, std::byte{255}, std::byte{128}};

    multiply_by_alpha(pixels);

    EXPECT_EQ(pixels, (std::vector{std::byte{100}, std::byte{50}, std::byte{128}, std::byte{128}}));
}

TEST(ToColour, ReadsTheMaskOfAMaskedImage) {
    CursorImage masked{.kind = CursorKind::Masked,
                       .size = {3, 1},
                       .stride = 12,
                       .hot_x = 0,
                       .hot_y = 0,
                       .pixels = std::vector<std::byte>(12)};
    masked.pixels[0] = std::byte{9};    // Alpha 0: replaces the screen by this blue.
    masked.pixels[7] = std::byte{255};  // XOR with black: keeps the screen.
    masked.pixels[8] = std::byte{255};
    masked.pixels[11] = std::byte{255};  // XOR with blue.

    const CursorImage colour = to_colour(masked);

    EXPECT_EQ(pixel(colour, 0, 0), (Pixel{9, 0, 0, 255}));
    EXPECT_EQ(pixel(colour, 1, 0), (Pixel{255, 255, 255, 255}));
    EXPECT_EQ(pixel(colour, 2, 0), (Pixel{0, 0, 0, 255}));
}

TEST(ToColour, LeavesColourAlone) {
    const CursorImage image = image_of(CursorKind::Colour, {9, 4});

    EXPECT_EQ(to_colour(image).pixels, image.pixels);
}

}  // namespace
}  // namespace oriel
