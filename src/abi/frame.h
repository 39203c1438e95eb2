// SPDX-License-Identifier: MIT
#pragma once

#include "abi/region.h"

namespace oriel::abi {

// Pixel formats: DRM fourcc codes (drm_fourcc.h), named here by their bytes in memory.
inline constexpr std::uint32_t kFormatBgra8 = 0x34325258;    ///< XR24: B, G, R, undefined.
inline constexpr std::uint32_t kFormatRgba8 = 0x34324258;    ///< XB24: R, G, B, undefined.
inline constexpr std::uint32_t kFormatRgb10a2 = 0x30334258;  ///< XB30: R in the low ten bits.
inline constexpr std::uint32_t kFormatRgba16f =
    0x48344258;  ///< XB4H: R, G, B, undefined; binary16.

inline constexpr std::uint64_t kModifierLinear = 0;

// Clockwise turns that put the picture upright; bit 2: mirrored first. As wl_output.transform, but
// for 5 and 7: Wayland counts the turns before the mirror, so its flipped-90 is 7 here.
inline constexpr std::uint32_t kTransformNone = 0;
inline constexpr std::uint32_t kMaxTransform = 7;

// Code points of ITU-T H.273.
inline constexpr std::uint32_t kPrimariesBt709 = 1;
inline constexpr std::uint32_t kPrimariesBt2020 = 9;
inline constexpr std::uint32_t kTransferLinear = 8;
inline constexpr std::uint32_t kTransferSrgb = 13;
inline constexpr std::uint32_t kTransferPq = 16;

inline constexpr std::uint32_t kFrameProtected = 1;  ///< Flag: content the guest hid is blanked.

inline constexpr std::uint32_t kContentUnknown = 0;
inline constexpr std::uint32_t kContentPhoto = 1;
inline constexpr std::uint32_t kContentVideo = 2;
inline constexpr std::uint32_t kContentGame = 3;

// FrameHeader::progress: rows | outcome << 16 | low 32 bits of generation << 32.
inline constexpr std::uint32_t kOutcomeWriting = 0;
inline constexpr std::uint32_t kOutcomeFinished = 1;
inline constexpr std::uint32_t kOutcomeAborted = 2;

/// One frame in one slot. Written by the publisher, in this order: generation to odd, the fields,
/// generation to the next even number, the frame word in Output; then only line 3 moves.
struct FrameHeader {
    // Line 0
    std::uint64_t generation;    ///< 0x00  Even and not 0: what follows is one frame's.
    std::uint64_t sequence;      ///< 0x08
    std::uint64_t pixel_offset;  ///< 0x10  From the region's start to the first pixel.
    std::uint64_t modifier;      ///< 0x18  A DRM format modifier.
    std::uint32_t width;         ///< 0x20  Pixels, 1..kMaxSide, as stored (before transform).
    std::uint32_t height;        ///< 0x24
    std::uint32_t stride;        ///< 0x28  Bytes from one row to the next.
    std::uint32_t format;        ///< 0x2C  A kFormat... value.
    std::uint32_t transform;     ///< 0x30
    std::uint32_t flags;         ///< 0x34
    std::uint32_t content_type;  ///< 0x38  A kContent... value.
    std::uint32_t header_size;   ///< 0x3C  Bytes of this struct.
    // Line 1
    std::uint32_t crop_x;               ///< 0x40  The part to show, in stored pixels.
    std::uint32_t crop_y;               ///< 0x44
    std::uint32_t crop_width;           ///< 0x48
    std::uint32_t crop_height;          ///< 0x4C
    std::uint32_t primaries;            ///< 0x50
    std::uint32_t transfer;             ///< 0x54
    std::uint32_t sdr_white_millinits;  ///< 0x58  0: unknown.
    std::uint32_t reserved1;            ///< 0x5C
    std::uint16_t hdr_primaries[8];     ///< 0x60  R, G, B, white as x, y in units of 0.00002.
    std::uint32_t hdr_max_millinits;    ///< 0x70  0: no HDR metadata.
    std::uint32_t hdr_min_millinits;    ///< 0x74
    std::uint32_t hdr_max_cll;          ///< 0x78  Nits.
    std::uint32_t hdr_max_fall;         ///< 0x7C  Nits.
    // Line 2: the publisher's clock, nanoseconds.
    std::uint64_t vblank_ns;         ///< 0x80  0: unknown.
    std::uint64_t capture_start_ns;  ///< 0x88  When the source learned of the change.
    std::uint64_t announce_ns;       ///< 0x90  When the frame word was stored.
    std::uint32_t clock_id;          ///< 0x98  As clockid_t; 1: CLOCK_MONOTONIC.
    std::uint32_t reserved2;         ///< 0x9C
    std::uint64_t reserved3[4];      ///< 0xA0
    // Line 3: moves while the frame is written.
    std::uint64_t progress;      ///< 0xC0  Every pixel above `rows` is this frame's.
    std::uint64_t finish_ns;     ///< 0xC8  When the last pixel was in place.
    std::uint64_t reserved4[6];  ///< 0xD0
};

static_assert(sizeof(FrameHeader) == 0x100);
static_assert(offsetof(FrameHeader, crop_x) == 0x40 && offsetof(FrameHeader, vblank_ns) == 0x80);
static_assert(offsetof(FrameHeader, progress) == 0xC0);

inline constexpr std::uint32_t kMaxDamageRects = 64;
inline constexpr std::uint32_t kDamageLog = 64;  ///< Frames remembered, for each output.

struct DamageRect {
    std::uint16_t x;
    std::uint16_t y;
    std::uint16_t width;
    std::uint16_t height;
};

/// What changed between frame `sequence` - 1 and frame `sequence`; at index sequence % kDamageLog.
struct DamageEntry {
    std::uint64_t generation;           ///< 0x00  Even: consistent.
    std::uint64_t sequence;             ///< 0x08
    std::uint32_t count;                ///< 0x10  0: nothing changed.
    std::uint32_t reserved;             ///< 0x14
    DamageRect rects[kMaxDamageRects];  ///< 0x18
};

static_assert(sizeof(DamageEntry) == 0x218);
inline constexpr std::uint32_t kDamageStride = 576;

}  // namespace oriel::abi
