// SPDX-License-Identifier: MIT
#pragma once

#include "abi/region.h"

namespace oriel::abi {

inline constexpr std::uint32_t kCursorColour = 1;      ///< BGRA8, alpha premultiplied.
inline constexpr std::uint32_t kCursorMasked = 2;      ///< BGRA8; alpha 0: replace, 255: XOR.
inline constexpr std::uint32_t kCursorMonochrome = 3;  ///< 1 bit a pixel: AND rows, then XOR rows.

inline constexpr std::uint32_t kMaxCursorSide = 512;
inline constexpr std::uint32_t kSmallCursorSide = 256;  ///< Always fits.

/// One of the two images a cursor alternates between; shape serial n is in image n % 2.
struct CursorShape {
    std::uint64_t generation;    ///< 0x00  Even: consistent, the image's bytes included.
    std::uint64_t image_offset;  ///< 0x08  From the region's start; fixed for an epoch.
    std::uint64_t capacity;      ///< 0x10  Bytes; fixed for an epoch.
    std::uint32_t serial;        ///< 0x18
    std::uint32_t kind;          ///< 0x1C  A kCursor... value.
    std::uint32_t width;         ///< 0x20  Pixels, 1..kMaxCursorSide.
    std::uint32_t height;        ///< 0x24  Of the cursor (monochrome stores twice as many rows).
    std::uint32_t stride;        ///< 0x28  Bytes.
    std::uint32_t hot_x;         ///< 0x2C
    std::uint32_t hot_y;         ///< 0x30
    std::uint32_t reserved[3];   ///< 0x34
};

static_assert(sizeof(CursorShape) == 64);

/// Where the pointer is.
struct CursorLine {
    std::uint64_t generation;    ///< 0x00  Even: this line is consistent.
    std::int32_t x;              ///< 0x08  Of the hot spot, in the output's pixels.
    std::int32_t y;              ///< 0x0C
    std::uint32_t visible;       ///< 0x10
    std::uint32_t shape_serial;  ///< 0x14  0: no shape yet.
    std::uint64_t moved_ns;      ///< 0x18  The publisher's clock.
    std::uint64_t reserved[4];   ///< 0x20
};

static_assert(sizeof(CursorLine) == 64);

/// An output's pointer. Written by the publisher; never costs a frame.
struct Cursor {
    CursorLine line;        ///< 0x00
    CursorShape shapes[2];  ///< 0x40
};

static_assert(sizeof(Cursor) == 0xC0);
inline constexpr std::uint32_t kCursorStride = 256;

}  // namespace oriel::abi
