// SPDX-License-Identifier: MIT
#pragma once

// The bytes of a region, from its end inwards. docs/protocol.md explains them in prose; where the
// two differ, these files are right and that is a bug.
//
// Rules of this folder: fixed-size integers only; no bool, enum, pointer, size_t or function.
// Little-endian. Every field carries its offset in a comment and, where another field depends on
// it, in a static_assert. A field is never moved, resized or given a new meaning: append, raise
// the minor number, and let the sizes and strides in the tables tell readers how much is there.
//
// One writer per 64-byte line; guest-written and viewer-written parts on separate 4096-byte pages.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace oriel::abi {

inline constexpr std::uint64_t kMagic = 0x314e474c4549524fU;  ///< "ORIELGN1" as bytes.
inline constexpr std::uint32_t kMajor = 1;
inline constexpr std::uint32_t kMinor = 0;

inline constexpr std::uint32_t kPage = 4096;
inline constexpr std::uint32_t kLine = 64;

inline constexpr std::uint32_t kMaxOutputs = 4;
inline constexpr std::uint32_t kMaxSlots = 16;  ///< Per output.
inline constexpr std::uint32_t kMaxViewers = 16;
inline constexpr std::uint32_t kMaxSide = 16384;  ///< Pixels, either side of a picture.

inline constexpr std::uint64_t kSlotAlignment = 65536;  ///< Of a slot's first pixel.
inline constexpr std::uint32_t kStrideAlignment = 256;  ///< Wherever the source can choose.
inline constexpr std::uint32_t kHeightAlignment = 16;   ///< Rows a slot is padded to.

/// Where the tables are that a publisher lays out; index into Root::tables.
inline constexpr std::uint32_t kTablePublisher = 0;  ///< PublisherInfo, 1.
inline constexpr std::uint32_t kTableOutputs = 1;    ///< Output, one each.
inline constexpr std::uint32_t kTableFrames = 2;     ///< FrameHeader, kMaxSlots for each output.
inline constexpr std::uint32_t kTableDamage = 3;     ///< DamageEntry, kDamageLog for each output.
inline constexpr std::uint32_t kTableCursors = 4;    ///< Cursor, one for each output.
inline constexpr std::uint32_t kTableAnswers = 5;    ///< AnswerPage and ring, one for each viewer.
inline constexpr std::uint32_t kTableViewers = 6;    ///< ViewerPage and ring, one for each viewer.
inline constexpr std::uint32_t kTableBroker = 7;     ///< BrokerPage, 1.
inline constexpr std::uint32_t kTableCount = 8;
inline constexpr std::uint32_t kMaxTables = 16;

/// A table: `count` elements of `element_size` meaningful bytes, `stride` bytes apart.
struct Table {
    std::uint64_t offset;        ///< 0x00  From the region's start.
    std::uint32_t element_size;  ///< 0x08  Bytes the writer knew about; a reader takes the less.
    std::uint32_t stride;        ///< 0x0C
    std::uint32_t count;         ///< 0x10
    std::uint32_t reserved;      ///< 0x14
};

static_assert(sizeof(Table) == 24);

/// The region's last 4096 bytes. This layout is the same in all majors. Written by the publisher:
/// magic cleared first, stored last.
struct Root {
    std::uint64_t magic;              ///< 0x00  kMagic, or 0 while there is nothing to read.
    std::uint32_t major;              ///< 0x08  Another one: refuse, naming both.
    std::uint32_t minor;              ///< 0x0C  Another one is fine.
    std::uint64_t region_size;        ///< 0x10  Bytes, a power of two; the mapping's size.
    std::uint64_t epoch;              ///< 0x18  Random, new at each start of a publisher.
    std::uint64_t nonce;              ///< 0x20  Random; viewers echo it to be listened to.
    std::uint64_t features_optional;  ///< 0x28  May be ignored.
    std::uint64_t features_to_read;   ///< 0x30  A reader must know them all, else it refuses.
    std::uint64_t features_to_write;  ///< 0x38  A viewer that writes must know them all.
    std::uint32_t root_size;          ///< 0x40  Bytes of this struct.
    std::uint32_t table_count;        ///< 0x44
    std::uint64_t reserved;           ///< 0x48
    Table tables[kMaxTables];         ///< 0x50
};

static_assert(sizeof(Root) == 0x50 + kMaxTables * sizeof(Table));
static_assert(offsetof(Root, epoch) == 0x18 && offsetof(Root, features_to_read) == 0x30);
static_assert(offsetof(Root, tables) == 0x50 && sizeof(Root) <= kPage);

/// Frozen places, as distances from the region's end to the start of the part.
inline constexpr std::uint64_t kRootFromEnd = kPage;
inline constexpr std::uint64_t kBrokerFromEnd = 2ULL * kPage;
inline constexpr std::uint64_t kViewerStride = 2ULL * kPage;  ///< ViewerPage, then its ring.
inline constexpr std::uint64_t kViewersFromEnd = kBrokerFromEnd + kMaxViewers * kViewerStride;

/// Smallest region that can carry a picture worth the name.
inline constexpr std::uint64_t kMinRegionSize = 1ULL << 20U;
inline constexpr std::uint64_t kMaxRegionSize = 1ULL << 36U;

static_assert(std::endian::native == std::endian::little);

}  // namespace oriel::abi
