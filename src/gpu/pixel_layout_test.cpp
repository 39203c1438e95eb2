// SPDX-License-Identifier: MIT
#include "gpu/pixel_layout.h"

#include <array>
#include <cstring>
#include <vector>

#include <drm_fourcc.h>
#include <gtest/gtest.h>

namespace oriel::gpu {
namespace {

std::uint32_t converted(PixelLayout layout, std::uint32_t word, PixelFormat format) {
    std::array<std::byte, 4> from{};
    std::memcpy(from.data(), &word, sizeof(word));
    std::array<std::byte, 4> to{};
    convert_row(layout, from.data(), format, to.data(), 1);
    std::uint32_t result = 0;
    std::memcpy(&result, to.data(), sizeof(result));
    return result;
}

std::uint32_t colour8(PixelLayout layout, std::uint32_t word) {
    return converted(layout, word, PixelFormat::Bgra8) & 0xFFFFFF;
}

std::uint32_t colour10(PixelLayout layout, std::uint32_t word) {
    return converted(layout, word, PixelFormat::Rgb10a2) & 0x3FFFFFFF;
}

TEST(PixelLayout, KeepsWhatLiesAsTheRelayWantsIt) {
    EXPECT_EQ(colour8(PixelLayout::Xr24, 0x00123456), 0x123456U);
    EXPECT_EQ(colour8(PixelLayout::Ar24, 0x80123456), 0x123456U);
    EXPECT_EQ(colour10(PixelLayout::Xb30, 0x2A5F1234), 0x2A5F1234U);
    EXPECT_EQ(colour10(PixelLayout::Ab30, 0x2A5F1234), 0x2A5F1234U);
}

TEST(PixelLayout, PutsRedAndBlueInTheirPlaces) {
    EXPECT_EQ(colour8(PixelLayout::Xb24, 0x00123456), 0x563412U);
    EXPECT_EQ(colour8(PixelLayout::Ab24, 0xFF123456), 0x563412U);
    EXPECT_EQ(colour8(PixelLayout::Rg24, 0x123456), 0x123456U);
    EXPECT_EQ(colour10(PixelLayout::Xr30, 0x3FFU << 20U | 0x155U << 10U | 0x001U),
              0x001U << 20U | 0x155U << 10U | 0x3FFU);
    EXPECT_EQ(colour10(PixelLayout::Ar30, 0x3FFU << 20U), 0x3FFU);
}

TEST(PixelLayout, RepeatsTheBitsOfFiveAndSix) {
    for (std::uint32_t value = 0; value < 32; ++value) {
        const std::uint32_t wide = value << 3U | value >> 2U;
        EXPECT_EQ(colour8(PixelLayout::Rg16, value), wide);
        EXPECT_EQ(colour8(PixelLayout::Rg16, value << 11U), wide << 16U);
    }
    for (std::uint32_t value = 0; value < 64; ++value) {
        EXPECT_EQ(colour8(PixelLayout::Rg16, value << 5U), (value << 2U | value >> 4U) << 8U);
    }
}

TEST(PixelLayout, WidensEightBitsToTenByRepeatingThem) {
    EXPECT_EQ(colour10(PixelLayout::Xr24, 0xFF0080), 0x3FFU | 0x202U << 20U);
    EXPECT_EQ(colour8(PixelLayout::Xb30, 0x3FFU << 20U | 0x202U), 0x8000FFU);
}

TEST(PixelLayout, ConvertsARowOfThreeBytePixels) {
    const std::array<std::uint8_t, 6> row{1, 2, 3, 4, 5, 6};
    std::array<std::uint8_t, 8> to{};

    convert_row(PixelLayout::Rg24,
                reinterpret_cast<const std::byte*>(row.data()),
                PixelFormat::Bgra8,
                reinterpret_cast<std::byte*>(to.data()),
                2);

    EXPECT_EQ(to, (std::array<std::uint8_t, 8>{1, 2, 3, 255, 4, 5, 6, 255}));
}

TEST(PixelLayout, UnpacksAlphaWhereThereIsSome) {
    const std::uint32_t word = 0x80FF0000;
    DeepPixel pixel;

    unpack_row(PixelLayout::Ar24, reinterpret_cast<const std::byte*>(&word), &pixel, 1);
    EXPECT_EQ(pixel, (DeepPixel{0xFFFF, 0, 0, 0x8080}));
    unpack_row(PixelLayout::Xr24, reinterpret_cast<const std::byte*>(&word), &pixel, 1);
    EXPECT_EQ(pixel, (DeepPixel{0xFFFF, 0, 0, 0xFFFF}));
    unpack_row(PixelLayout::Ar30, reinterpret_cast<const std::byte*>(&word), &pixel, 1);
    EXPECT_EQ(pixel.alpha, 0xAAAAU);
}

TEST(ReadableLayout, NamesTheFormatThatItRefuses) {
    EXPECT_EQ(readable_layout({DRM_FORMAT_XRGB8888, I915_FORMAT_MOD_Y_TILED}).value(),
              PixelLayout::Xr24);

    const auto refused = readable_layout({DRM_FORMAT_NV12, DRM_FORMAT_MOD_LINEAR});

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Unsupported);
    EXPECT_NE(refused.error().message.find("NV12"), std::string::npos) << refused.error().message;
}

TEST(FramebufferFormat, IsNamedAsDrmNamesIt) {
    EXPECT_EQ(name_of({DRM_FORMAT_XRGB8888, I915_FORMAT_MOD_Y_TILED}),
              "format XR24 in Y_TILED (0x100000000000002)");
    EXPECT_EQ(name_of(FramebufferFormat::of(DRM_FORMAT_XRGB8888, DRM_FORMAT_MOD_INVALID)),
              "format XR24 in a layout that is not told");
}

TEST(IsLinear, BelievesWhatIsTold) {
    EXPECT_TRUE(is_linear({DRM_FORMAT_XRGB8888, DRM_FORMAT_MOD_LINEAR}, "amdgpu"));
    EXPECT_FALSE(is_linear({DRM_FORMAT_XRGB8888, I915_FORMAT_MOD_Y_TILED}, "i915"));
}

TEST(IsLinear, BelievesNoDriverThatTilesWithoutSaying) {
    EXPECT_TRUE(is_linear({DRM_FORMAT_RGB565, std::nullopt}, "bochs-drm"));
    EXPECT_FALSE(is_linear({DRM_FORMAT_XRGB8888, std::nullopt}, "radeon"));
}

}  // namespace
}  // namespace oriel::gpu
