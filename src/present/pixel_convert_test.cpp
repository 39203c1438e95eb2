// SPDX-License-Identifier: MIT
#include "present/pixel_convert.h"

#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace oriel {
namespace {

template <class T>
std::vector<std::byte> bytes_of(const std::vector<T>& values) {
    std::vector<std::byte> bytes(values.size() * sizeof(T));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

FrameInfo info_of(Size size, PixelFormat format) {
    FrameInfo info;
    info.geometry = {
        .size = size, .stride = size.width * bytes_per_pixel(format), .format = format};
    info.crop = Rect::of(size);
    return info;
}

/// The upright picture, its X byte zero.
std::vector<std::uint32_t> converted(const FrameInfo& info, const std::vector<std::byte>& pixels) {
    const Size size = shown_size(info);
    std::vector<std::uint32_t> result(size.area());
    const std::span<std::byte> bytes = std::as_writable_bytes(std::span(result));
    convert_to_bgrx(info, pixels, Rect::of(size), {bytes, size.width * 4, size});
    for (std::uint32_t& pixel : result) {
        pixel &= 0xFFFFFF;
    }
    return result;
}

std::uint32_t one(PixelFormat format, const std::vector<std::byte>& pixel) {
    return converted(info_of({1, 1}, format), pixel).front();
}

std::uint32_t one_half_float(std::uint16_t red, std::uint16_t green, std::uint16_t blue) {
    return one(PixelFormat::Rgba16f, bytes_of<std::uint16_t>({red, green, blue, 0x3C00}));
}

TEST(ConvertToBgrx, LeavesBgrxAsItIs) {
    EXPECT_EQ(one(PixelFormat::Bgra8, bytes_of<std::uint32_t>({0x99123456})), 0x123456U);
}

TEST(ConvertToBgrx, MakesPixelsOpaque) {
    const FrameInfo info = info_of({1, 1}, PixelFormat::Bgra8);
    std::vector<std::byte> target(4);

    convert_to_bgrx(info, bytes_of<std::uint32_t>({0x00123456}), {0, 0, 1, 1}, {target, 4, {1, 1}});

    EXPECT_EQ(target[3], std::byte{0xFF});
}

TEST(ConvertToBgrx, SwapsRgbx) {
    EXPECT_EQ(one(PixelFormat::Rgba8, bytes_of<std::uint32_t>({0x99563412})), 0x123456U);
}

TEST(ConvertToBgrx, CutsTenBitsToEight) {
    const std::uint32_t red = 0x3FF;
    const std::uint32_t green = 0x203U << 10U;
    const std::uint32_t blue = 0x004U << 20U;

    EXPECT_EQ(one(PixelFormat::Rgb10a2, bytes_of<std::uint32_t>({red | green | blue})), 0xFF8001U);
}

// Seven pixels: four that are converted together, and three more.
TEST(ConvertToBgrx, UnpacksThreeBytesAPixel) {
    std::vector<std::byte> packed;
    std::vector<std::uint32_t> bgr;
    std::vector<std::uint32_t> rgb;
    for (std::uint32_t i = 1; i <= 7; ++i) {
        for (const std::uint32_t value : {i, 100 + i, 200 + i}) {
            packed.push_back(static_cast<std::byte>(value));
        }
        bgr.push_back((200 + i) << 16U | (100 + i) << 8U | i);
        rgb.push_back(i << 16U | (100 + i) << 8U | (200 + i));
    }

    EXPECT_EQ(converted(info_of({7, 1}, PixelFormat::Bgr8), packed), bgr);
    EXPECT_EQ(converted(info_of({7, 1}, PixelFormat::Rgb8), packed), rgb);
}

TEST(ConvertToBgrx, UnpacksThreeBytesAPixelThatAreTurned) {
    FrameInfo info = info_of({2, 2}, PixelFormat::Bgr8);
    info.geometry.transform = 1;

    EXPECT_EQ(converted(info, bytes_of<std::uint8_t>({1, 0, 0, 2, 0, 0, 3, 0, 0, 4, 0, 0})),
              (std::vector<std::uint32_t>{3, 1, 4, 2}));
}

TEST(ConvertToBgrx, EncodesLinearHalfFloats) {
    EXPECT_EQ(one_half_float(0x3C00, 0x3800, 0x0000), 0xFFBC00U);  // 1, 0.5, 0
}

TEST(ConvertToBgrx, CutsHalfFloatsOutsideOfTheScreensRange) {
    EXPECT_EQ(one_half_float(0x4900, 0xBC00, 0x7C00), 0xFF00FFU);  // 10, -1, infinity
}

TEST(ConvertToBgrx, TakesWhatIsNoNumberAsBlack) {
    EXPECT_EQ(one_half_float(0x7E00, 0xFE01, 0x7FFF), 0x000000U);
}

TEST(ConvertToBgrx, TouchesOnlyThePartAsked) {
    const FrameInfo info = info_of({3, 3}, PixelFormat::Rgba8);
    const std::vector<std::byte> pixels(36, std::byte{7});
    std::vector<std::byte> target(36);

    convert_to_bgrx(info, pixels, {1, 1, 1, 1}, {target, 12, {3, 3}});

    EXPECT_EQ(std::ranges::count(target, std::byte{7}), 3);
    EXPECT_EQ(target[12 + 4], std::byte{7});
}

// A picture of 3 x 2 pixels: 1 2 3 / 4 5 6.
struct Turn {
    std::string name;
    std::uint32_t transform;
    std::vector<std::uint32_t> upright;
};

void PrintTo(const Turn& turn, std::ostream* out) {  // NOLINT(readability-identifier-naming)
    *out << turn.name;
}

class Upright : public testing::TestWithParam<Turn> {
  protected:
    Upright() { info_.geometry.transform = GetParam().transform; }

    FrameInfo info_ = info_of({3, 2}, PixelFormat::Bgra8);
    std::vector<std::byte> pixels_ = bytes_of<std::uint32_t>({1, 2, 3, 4, 5, 6});
};

TEST_P(Upright, IsWhatTheTransformSays) {
    EXPECT_EQ(converted(info_, pixels_), GetParam().upright);
}

TEST_P(Upright, HasEachPixelWhereItsRectangleIs) {
    const Size size = shown_size(info_);
    const auto upright = converted(info_, pixels_);

    for (std::uint32_t i = 0; i < 6; ++i) {
        const Rect there = to_shown(info_, {i % 3, i / 3, 1, 1});
        EXPECT_EQ(there.area(), 1U);
        EXPECT_EQ(upright.at(there.y * size.width + there.x), i + 1);
    }
}

TEST_P(Upright, HasTheWholeWhereTheWholeIs) {
    EXPECT_EQ(to_shown(info_, {0, 0, 3, 2}), Rect::of(shown_size(info_)));
}

INSTANTIATE_TEST_SUITE_P(Transforms,
                         Upright,
                         testing::Values(Turn{"None", 0, {1, 2, 3, 4, 5, 6}},
                                         Turn{"Quarter", 1, {4, 1, 5, 2, 6, 3}},
                                         Turn{"Half", 2, {6, 5, 4, 3, 2, 1}},
                                         Turn{"ThreeQuarters", 3, {3, 6, 2, 5, 1, 4}},
                                         Turn{"Mirrored", 4, {3, 2, 1, 6, 5, 4}},
                                         Turn{"MirroredQuarter", 5, {6, 3, 5, 2, 4, 1}},
                                         Turn{"MirroredHalf", 6, {4, 5, 6, 1, 2, 3}},
                                         Turn{"MirroredThreeQuarters", 7, {1, 4, 2, 5, 3, 6}}),
                         [](const auto& made) { return made.param.name; });

TEST(ShownPart, IsCutToTheCrop) {
    FrameInfo info = info_of({100, 50}, PixelFormat::Bgra8);
    info.crop = {10, 20, 30, 20};

    EXPECT_EQ(shown_size(info), (Size{30, 20}));
    EXPECT_EQ(to_shown(info, {0, 0, 15, 25}), (Rect{0, 0, 5, 5}));
    EXPECT_TRUE(to_shown(info, {0, 0, 10, 20}).is_empty());
}

TEST(ShownPart, IsTheWholeWhereNoCropIsTold) {
    FrameInfo info = info_of({100, 50}, PixelFormat::Bgra8);
    info.crop = {};

    EXPECT_EQ(shown_size(info), (Size{100, 50}));
}

TEST(ShownPart, IsTurnedAfterItIsCut) {
    FrameInfo info = info_of({3, 2}, PixelFormat::Bgra8);
    info.crop = {1, 0, 2, 2};
    info.geometry.transform = 1;

    EXPECT_EQ(converted(info, bytes_of<std::uint32_t>({1, 2, 3, 4, 5, 6})),
              (std::vector<std::uint32_t>{5, 2, 6, 3}));
}

}  // namespace
}  // namespace oriel
