// SPDX-License-Identifier: MIT
#pragma once

#include "abi/region.h"

namespace oriel::abi {

inline constexpr std::uint32_t kStateStarting = 1;
inline constexpr std::uint32_t kStateLive = 2;
inline constexpr std::uint32_t kStateWaiting = 3;  ///< See PublisherInfo::reason.
inline constexpr std::uint32_t kStateEnded = 4;    ///< Said good-bye; nothing here is live.

inline constexpr std::uint32_t kReasonNone = 0;
inline constexpr std::uint32_t kReasonNoScreen = 1;        ///< Nothing to capture at present.
inline constexpr std::uint32_t kReasonRegionTooSmall = 2;  ///< PublisherInfo::bytes_needed.
inline constexpr std::uint32_t kReasonNoAccess = 3;        ///< The system refuses to show it.
inline constexpr std::uint32_t kReasonModeChange = 4;

/// What the publisher says of itself. Written by the publisher.
struct PublisherInfo {
    // Line 0: moves.
    std::uint64_t tick;          ///< 0x00  Counts while a viewer is attached, at most 2 Hz.
    std::uint64_t tick_ns;       ///< 0x08  The publisher's clock at that tick.
    std::uint32_t state;         ///< 0x10  A kState... value.
    std::uint32_t reason;        ///< 0x14  A kReason... value.
    std::uint64_t bytes_needed;  ///< 0x18  Region size that would do; 0 where this one does.
    std::uint32_t idle_inhibit;  ///< 0x20  1: the guest asks the host not to blank its screen.
    std::uint32_t attached;      ///< 0x24  Bit n: viewer n is listened to.
    std::uint64_t frames;        ///< 0x28  Frames finished in this epoch, all outputs.
    std::uint64_t reserved0[2];  ///< 0x30
    // Line 1: fixed for an epoch.
    std::uint64_t clock_domain;  ///< 0x40  Same value: same clock as the reader's. 0: unknown.
    std::uint32_t info_size;     ///< 0x48  Bytes of this struct.
    std::uint32_t process;       ///< 0x4C  The publisher's pid, in its own system.
    std::uint64_t reserved1[6];  ///< 0x50
    // UTF-8, zero-padded.
    char agent[64];      ///< 0x80  "oriel-guest 0.1.0"
    char host_name[64];  ///< 0xC0  The guest's own name.
    char source[64];     ///< 0x100 How it captures: "x11 :1".
};

static_assert(sizeof(PublisherInfo) == 0x140);
static_assert(offsetof(PublisherInfo, clock_domain) == 0x40);
static_assert(offsetof(PublisherInfo, agent) == 0x80);

/// Where a slot's pixels lie; fixed for an epoch.
struct SlotPlace {
    std::uint64_t offset;    ///< 0x00  From the region's start, a multiple of kSlotAlignment.
    std::uint64_t capacity;  ///< 0x08  Bytes.
};

/// A frame's number and slot in one word: sequence << 8 | slot. 0: none yet.
/// Sequences start at 1 in an epoch and go up by one for each frame.
inline constexpr std::uint32_t kFrameWordSlotBits = 8;

/// One monitor of the guest. Written by the publisher.
struct Output {
    // Line 0: the newest frame.
    std::uint64_t newest;        ///< 0x00  Frame word of the newest finished frame.
    std::uint64_t announced;     ///< 0x08  Frame word of the newest frame, finished or not.
    std::uint64_t reserved0[6];  ///< 0x10
    // Line 1: changes rarely; consistent while `generation` is even and unchanged.
    std::uint64_t generation;    ///< 0x40
    std::uint32_t id;            ///< 0x48  Stays with a monitor across epochs.
    std::uint32_t slot_count;    ///< 0x4C  1..kMaxSlots
    std::int32_t x;              ///< 0x50  Position among the outputs, guest pixels.
    std::int32_t y;              ///< 0x54
    std::uint32_t scale_milli;   ///< 0x58  1000: one guest pixel is one logical pixel.
    std::uint32_t refresh_mhz;   ///< 0x5C  0: unknown.
    std::uint32_t vrr_min_mhz;   ///< 0x60  0: no variable refresh.
    std::uint32_t vrr_max_mhz;   ///< 0x64
    std::uint64_t reserved1[3];  ///< 0x68
    char name[64];               ///< 0x80  UTF-8, zero-padded: "DP-1".
    SlotPlace slots[kMaxSlots];  ///< 0xC0
};

static_assert(sizeof(Output) == 0x1C0);
static_assert(offsetof(Output, generation) == 0x40 && offsetof(Output, slots) == 0xC0);
inline constexpr std::uint32_t kOutputStride = 1024;

}  // namespace oriel::abi
