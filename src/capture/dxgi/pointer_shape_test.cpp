// SPDX-License-Identifier: MIT
#include "capture/dxgi/pointer_shape.h"

#include <vector>

#include <gtest/gtest.h>

namespace oriel::dxgi_capture {
namespace {

std::vector<std::byte> bytes_of(std::initializer_list<unsigned> values) {
    std::vector<std::byte> bytes;
    for (const unsigned value : values) {
        bytes.push_back(static_cast<std::byte>(value));
    }
    return bytes;
}

DXGI_OUTDUPL_POINTER_SHAPE_INFO shape(UINT type, UINT width, UINT height, UINT pitch) {
    return {type, width, height, pitch, {0, 0}};
}

TEST(PointerShape, MultipliesColoursByTheirAlphaAndLeavesOutWhatPadsRows) {
    auto info = shape(DXGI_OUTDUPL_POINTER_SHAPE_TYPE_COLOR, 1, 2, 8);
    info.HotSpot = {0, 1};

    const auto image = to_cursor_image(
        info, bytes_of({200, 100, 50, 128, 9, 9, 9, 9, 255, 255, 255, 255, 9, 9, 9, 9}));

    ASSERT_TRUE(image);
    EXPECT_EQ(image->kind, CursorKind::Colour);
    EXPECT_EQ(image->size, (Size{1, 2}));
    EXPECT_EQ(image->stride, 4);
    EXPECT_EQ(image->hot_y, 1);
    EXPECT_EQ(image->pixels, bytes_of({100, 50, 25, 128, 255, 255, 255, 255}));
}

TEST(PointerShape, LeavesMaskedOnesAsTheyAre) {
    const auto bytes = bytes_of({1, 2, 3, 0, 4, 5, 6, 255});

    const auto image =
        to_cursor_image(shape(DXGI_OUTDUPL_POINTER_SHAPE_TYPE_MASKED_COLOR, 2, 1, 8), bytes);

    ASSERT_TRUE(image);
    EXPECT_EQ(image->kind, CursorKind::Masked);
    EXPECT_EQ(image->pixels, bytes);
}

TEST(PointerShape, TakesTheMasksOfMonochromeOnesFromOneBitmap) {
    const auto image = to_cursor_image(shape(DXGI_OUTDUPL_POINTER_SHAPE_TYPE_MONOCHROME, 9, 4, 4),
                                       bytes_of({1, 2, 9, 9, 3, 4, 9, 9, 5, 6, 9, 9, 7, 8}));

    ASSERT_TRUE(image);
    EXPECT_EQ(image->kind, CursorKind::Monochrome);
    EXPECT_EQ(image->size, (Size{9, 2}));
    EXPECT_EQ(image->stride, 2);
    EXPECT_EQ(image->pixels, bytes_of({1, 2, 3, 4, 5, 6, 7, 8}));
}

TEST(PointerShape, BringsTheHotSpotInside) {
    auto info = shape(DXGI_OUTDUPL_POINTER_SHAPE_TYPE_COLOR, 2, 1, 8);
    info.HotSpot = {7, -3};

    const auto image = to_cursor_image(info, std::vector<std::byte>(8));

    ASSERT_TRUE(image);
    EXPECT_EQ(image->hot_x, 1);
    EXPECT_EQ(image->hot_y, 0);
}

TEST(PointerShape, RefusesWhatNoRegionCarries) {
    const std::vector<std::byte> bytes(std::size_t{2048} * 2048 * 4);

    EXPECT_FALSE(to_cursor_image(shape(DXGI_OUTDUPL_POINTER_SHAPE_TYPE_COLOR, 0, 4, 16), bytes));
    EXPECT_FALSE(
        to_cursor_image(shape(DXGI_OUTDUPL_POINTER_SHAPE_TYPE_COLOR, 513, 4, 4096), bytes));
    EXPECT_FALSE(to_cursor_image(shape(DXGI_OUTDUPL_POINTER_SHAPE_TYPE_COLOR, 4, 513, 16), bytes));
    EXPECT_FALSE(
        to_cursor_image(shape(DXGI_OUTDUPL_POINTER_SHAPE_TYPE_MONOCHROME, 8, 1, 1), bytes));
    EXPECT_FALSE(to_cursor_image(shape(7, 4, 4, 16), bytes));
}

TEST(PointerShape, RefusesOneThatItsBytesDoNotHold) {
    const auto info = shape(DXGI_OUTDUPL_POINTER_SHAPE_TYPE_COLOR, 2, 2, 8);

    EXPECT_FALSE(to_cursor_image(info, std::vector<std::byte>(15)));
    EXPECT_TRUE(to_cursor_image(info, std::vector<std::byte>(16)));
    EXPECT_FALSE(to_cursor_image(shape(DXGI_OUTDUPL_POINTER_SHAPE_TYPE_COLOR, 2, 2, 7),
                                 std::vector<std::byte>(16)));
}

}  // namespace
}  // namespace oriel::dxgi_capture
