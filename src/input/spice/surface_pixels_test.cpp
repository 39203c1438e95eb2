// SPDX-License-Identifier: MIT
#include "input/spice/surface_pixels.h"

#include <array>
#include <climits>
#include <vector>

#include <gtest/gtest.h>
#include <spice/enums.h>

namespace oriel {
namespace {

std::vector<int> bytes(const std::vector<std::byte>& from) {
    std::vector<int> numbers;
    for (const std::byte byte : from) {
        numbers.push_back(std::to_integer<int>(byte));
    }
    return numbers;
}

TEST(SurfacePixels, CopiesAPartToItsPlace) {
    // Two rows of three pixels, and a gap behind each.
    std::array<std::uint32_t, 8> surface{1, 2, 3, 99, 4, 5, 6, 99};
    const auto pixels = SurfacePixels::check({SPICE_SURFACE_FMT_32_xRGB, 3, 2, 16, surface.data()});
    ASSERT_TRUE(pixels);
    std::vector<std::byte> picture(24, std::byte{0xee});

    pixels->copy({1, 1, 2, 1}, picture, 12);
    EXPECT_EQ(std::to_integer<int>(picture[16]), 5);
    EXPECT_EQ(std::to_integer<int>(picture[20]), 6);
    EXPECT_EQ(std::to_integer<int>(picture[12]), 0xee);
    EXPECT_EQ(std::to_integer<int>(picture[8]), 0xee);

    pixels->copy({2, 0, 100, 100}, picture, 12);
    EXPECT_EQ(std::to_integer<int>(picture[8]), 3);
}

TEST(SurfacePixels, WidensSixteenBits) {
    std::array<std::uint16_t, 4> surface{0x7fff, 0x7c00, 0x03e0, 0x0010};
    const auto narrow = SurfacePixels::check({SPICE_SURFACE_FMT_16_555, 4, 1, 8, surface.data()});
    ASSERT_TRUE(narrow);
    std::vector<std::byte> picture(16);
    narrow->copy({0, 0, 4, 1}, picture, 16);
    EXPECT_EQ(
        bytes(picture),
        (std::vector<int>{255, 255, 255, 255, 0, 0, 255, 255, 0, 255, 0, 255, 132, 0, 0, 255}));

    surface = {0xffff, 0xf800, 0x07e0, 0x001f};
    const auto wide = SurfacePixels::check({SPICE_SURFACE_FMT_16_565, 4, 1, 8, surface.data()});
    ASSERT_TRUE(wide);
    wide->copy({0, 0, 4, 1}, picture, 16);
    EXPECT_EQ(
        bytes(picture),
        (std::vector<int>{255, 255, 255, 255, 0, 0, 255, 255, 0, 255, 0, 255, 255, 0, 0, 255}));
}

TEST(SurfacePixels, RefusesWhatNoScreenIsLike) {
    std::array<std::uint32_t, 4> surface{};
    const SurfacePixels::Claim good{SPICE_SURFACE_FMT_32_ARGB, 2, 2, 8, surface.data()};
    ASSERT_TRUE(SurfacePixels::check(good));
    const auto is_refused = [&](auto change) {
        SurfacePixels::Claim claim = good;
        change(claim);
        return !SurfacePixels::check(claim).has_value();
    };

    EXPECT_TRUE(is_refused([](auto& claim) { claim.format = SPICE_SURFACE_FMT_8_A; }));
    EXPECT_TRUE(is_refused([](auto& claim) { claim.format = 1234; }));
    EXPECT_TRUE(is_refused([](auto& claim) { claim.width = 0; }));
    EXPECT_TRUE(is_refused([](auto& claim) { claim.width = 3; }));
    EXPECT_TRUE(is_refused([](auto& claim) { claim.height = -1; }));
    EXPECT_TRUE(is_refused([](auto& claim) { claim.height = INT_MAX; }));
    EXPECT_TRUE(is_refused([](auto& claim) { claim.stride = 7; }));
    EXPECT_TRUE(is_refused([](auto& claim) { claim.stride = -8; }));
    EXPECT_TRUE(is_refused([](auto& claim) { claim.pixels = nullptr; }));
}

TEST(SurfacePixels, NamesTheFormatsThatItRefuses) {
    EXPECT_EQ(refused_format(SPICE_SURFACE_FMT_32_xRGB), "");
    EXPECT_EQ(refused_format(SPICE_SURFACE_FMT_16_565), "");
    EXPECT_NE(refused_format(SPICE_SURFACE_FMT_8_A).find("8_A"), std::string::npos);
    EXPECT_NE(refused_format(7).find('7'), std::string::npos);
}

}  // namespace
}  // namespace oriel
