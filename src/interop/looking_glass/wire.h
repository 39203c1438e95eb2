// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

// The bytes of a Looking Glass B7 region (KVMFR 20 over LGMP 6), as far as a subscriber needs them.
// Little-endian, laid out as x86-64 lays out C. Offsets of fields that others write at any time are
// constants, what is copied out whole is a struct.
//
// A region: the header, with its queues; what the host application says of itself (user data); a
// ring of messages for each queue; blocks that messages name. Queue "frame" has two blocks, written
// in turn; queue "pointer" has 20 for positions and 3 for shapes.

namespace oriel::looking_glass {

inline constexpr std::uint32_t kMagic = 0x504D474C;  ///< "LGMP" as bytes.
inline constexpr std::uint32_t kTransportVersion = 6;
inline constexpr std::uint32_t kFormatVersion = 20;

inline constexpr std::uint32_t kMaxQueues = 5;
inline constexpr std::uint32_t kMaxSubscribers = 32;

namespace header {
inline constexpr std::uint64_t kMagic = 0;
inline constexpr std::uint64_t kVersion = 4;
inline constexpr std::uint64_t kSession = 8;     ///< Random, another one at each start.
inline constexpr std::uint64_t kHeartbeat = 16;  ///< 64 bit, the producer's clock in ms.
inline constexpr std::uint64_t kQueueCount = 24;
inline constexpr std::uint64_t kQueues = 32;
inline constexpr std::uint64_t kUserDataSize = 5752;
inline constexpr std::uint64_t kUserData = 5756;
}  // namespace header

/// One of the queues at header::kQueues.
namespace queue {
inline constexpr std::uint64_t kStride = 1144;
inline constexpr std::uint64_t kId = 0;
inline constexpr std::uint64_t kSlots = 4;  ///< Of its ring; one more than it can carry.
inline constexpr std::uint64_t kNewSubscribers = 8;
inline constexpr std::uint64_t kPatience = 12;   ///< ms a subscriber may take for a message.
inline constexpr std::uint64_t kPosition = 16;   ///< Ring slot to be written next.
inline constexpr std::uint64_t kRing = 20;       ///< Where the ring is.
inline constexpr std::uint64_t kTimeouts = 24;   ///< 64 bit for each subscriber.
inline constexpr std::uint64_t kClients = 280;   ///< 32 bit for each subscriber.
inline constexpr std::uint64_t kLock = 408;      ///< 0: free.
inline constexpr std::uint64_t kMembers = 416;   ///< 64 bit; high half: subscribed, low: overdue.
inline constexpr std::uint64_t kStart = 424;     ///< Ring slot of the oldest message.
inline constexpr std::uint64_t kDeadline = 432;  ///< 64 bit, of the oldest message; 0: none yet.
inline constexpr std::uint64_t kCount = 440;     ///< Messages nobody has popped.

inline constexpr std::uint32_t kPointerId = 1;
inline constexpr std::uint32_t kFrameId = 2;
}  // namespace queue

static_assert(header::kQueues + kMaxQueues * queue::kStride == header::kUserDataSize);

/// One slot of a ring.
struct Message {
    std::uint32_t user_data;
    std::uint32_t size;  ///< Of the block; says nothing about what is in it.
    std::uint32_t offset;
    std::uint32_t pending;  ///< A bit for each subscriber that has not finished with it.
};

static_assert(sizeof(Message) == 16);

inline constexpr std::uint32_t kPointerHasPosition = 1;  ///< Flags in Message::user_data.
inline constexpr std::uint32_t kPointerVisible = 2;
inline constexpr std::uint32_t kPointerHasShape = 4;

inline constexpr std::uint32_t kShapeColour = 0;  ///< BGRA, alpha not multiplied in.
inline constexpr std::uint32_t kShapeMonochrome = 1;
inline constexpr std::uint32_t kShapeMasked = 2;

/// A pointer message. The shape's bytes follow.
struct PointerHeader {
    std::int16_t x;  ///< Of the shape's left edge.
    std::int16_t y;
    std::uint32_t type;
    std::int8_t hot_x;
    std::int8_t hot_y;
    std::uint16_t padding;
    std::uint32_t width;
    std::uint32_t height;  ///< Monochrome: of both masks together.
    std::uint32_t pitch;
};

static_assert(sizeof(PointerHeader) == 24);
inline constexpr std::uint32_t kMaxShapeBytes = 1U << 20U;

inline constexpr std::uint32_t kFrameBgra = 1;
inline constexpr std::uint32_t kFrameRgba = 2;
inline constexpr std::uint32_t kFrameRgba10 = 3;
inline constexpr std::uint32_t kFrameRgba16f = 4;
inline constexpr std::uint32_t kFrameBgr32 = 5;  ///< B, G, R without gaps, counted in texels of 4.
inline constexpr std::uint32_t kFrameRgb24 = 6;  ///< R, G, B without gaps.

inline constexpr std::uint32_t kFrameTruncated = 4;  ///< Flags.
inline constexpr std::uint32_t kFrameHdr = 8;
inline constexpr std::uint32_t kFramePq = 16;

inline constexpr std::uint32_t kMaxDamageRects = 64;

struct DamageRect {
    std::uint32_t x;
    std::uint32_t y;
    std::uint32_t width;
    std::uint32_t height;
};

/// A frame message: this, up to `offset` nothing that matters, 4 bytes that count how much is
/// written, the pixels.
struct FrameHeader {
    std::uint32_t format_version;
    std::uint32_t serial;
    std::uint32_t type;
    std::uint32_t screen_width;
    std::uint32_t screen_height;
    std::uint32_t data_width;
    std::uint32_t data_height;
    std::uint32_t frame_width;
    std::uint32_t frame_height;
    std::uint32_t rotation;  ///< Clockwise quarter turns that put it upright.
    std::uint32_t stride;
    std::uint32_t pitch;   ///< Bytes from row to row.
    std::uint32_t offset;  ///< From here to the count of written bytes.
    std::uint32_t damage_count;
    std::array<DamageRect, kMaxDamageRects> damage;
    std::uint32_t flags;
};

static_assert(sizeof(FrameHeader) == 1084 && offsetof(FrameHeader, flags) == 1080);
static_assert(offsetof(FrameHeader, pitch) == 44 && offsetof(FrameHeader, damage) == 56);

inline constexpr std::uint64_t kFrameSerial = offsetof(FrameHeader, serial);

}  // namespace oriel::looking_glass
