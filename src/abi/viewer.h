// SPDX-License-Identifier: MIT
#pragma once

#include "abi/region.h"

namespace oriel::abi {

inline constexpr std::uint32_t kViewerVisible = 1;   ///< Flag: its picture can be seen.
inline constexpr std::uint32_t kViewerDoorbell = 2;  ///< Flag: ring it for new frames.
inline constexpr std::uint32_t kViewerEarly = 4;     ///< Flag: ring it at the announcement.

inline constexpr std::uint32_t kHoldsPerOutput = 2;

// A hold: slot + 1 | generation << 8, the generation being that of the frame held. 0: none.
inline constexpr std::uint32_t kHoldSlotBits = 8;

/// What a viewer says. Written by that viewer alone, and by the broker after it is gone.
struct ViewerPage {
    // Line 0
    std::uint64_t nonce;         ///< 0x00  Root::nonce of the session it is in; 0: nobody here.
    std::uint32_t tick;          ///< 0x08  Moves at 2 Hz; holds are valid for 2 s after a move.
    std::uint32_t flags;         ///< 0x0C
    std::uint32_t page_size;     ///< 0x10  Bytes of this struct.
    std::uint32_t minor;         ///< 0x14  The viewer's own.
    std::uint64_t features;      ///< 0x18  Wishes, from Root::features_optional.
    std::uint64_t instance;      ///< 0x20  Random; another one: another viewer, or it began anew.
    std::uint64_t reserved0[3];  ///< 0x28
    // Line 1: holds, [output * kHoldsPerOutput + 0 or 1].
    std::uint64_t holds[kMaxOutputs * kHoldsPerOutput];  ///< 0x40
    // Line 2
    std::uint64_t seen[kMaxOutputs];  ///< 0x80  Newest sequence it took, for each output.
    std::uint64_t reserved2[4];       ///< 0xA0
    // Line 3
    std::uint32_t ping_id;           ///< 0xC0  Moves when a ping is sent.
    std::uint32_t reserved3;         ///< 0xC4
    std::uint64_t ping_ns;           ///< 0xC8  The viewer's clock when it was sent.
    std::uint64_t messages_written;  ///< 0xD0  Bytes ever put into the ring behind this page.
    std::uint64_t messages_read;     ///< 0xD8  Bytes ever taken out of AnswerPage's ring.
    std::uint64_t reserved4[4];      ///< 0xE0
    // Line 4
    std::uint32_t refresh_mhz;       ///< 0x100  Of the host's display; 0: unknown.
    std::uint32_t reserved5;         ///< 0x104
    std::uint64_t refresh_phase_ns;  ///< 0x108  A refresh happened then, by the viewer's clock.
    std::uint64_t reserved6[6];      ///< 0x110
};

static_assert(sizeof(ViewerPage) == 0x140 && sizeof(ViewerPage) <= kPage);
static_assert(offsetof(ViewerPage, instance) == 0x20 && offsetof(ViewerPage, holds) == 0x40);
static_assert(offsetof(ViewerPage, seen) == 0x80);
static_assert(offsetof(ViewerPage, ping_id) == 0xC0 && offsetof(ViewerPage, refresh_mhz) == 0x100);

/// What the publisher says to one viewer. Written by the publisher.
struct AnswerPage {
    std::uint32_t pong_id;           ///< 0x00  Equals ping_id: the rest answers that ping.
    std::uint32_t reserved0;         ///< 0x04
    std::uint64_t received_ns;       ///< 0x08  The publisher's clock when it saw the ping.
    std::uint64_t sent_ns;           ///< 0x10  ... and when it answered.
    std::uint64_t messages_written;  ///< 0x18  Bytes ever put into the ring behind this page.
    std::uint64_t messages_read;     ///< 0x20  Bytes ever taken out of ViewerPage's ring.
    std::uint64_t instance;          ///< 0x28  ViewerPage::instance of whom all of this is for.
    std::uint64_t reserved1[2];      ///< 0x30
};

static_assert(sizeof(AnswerPage) == 64 && offsetof(AnswerPage, instance) == 0x28);
inline constexpr std::uint64_t kAnswerStride = 2ULL * kPage;

/// Bytes of a message ring; it starts one page behind the page that describes it.
inline constexpr std::uint32_t kRingSize = 4096;
inline constexpr std::uint32_t kMaxMessage = 1024;  ///< Payload bytes.

/// In front of each message; the payload is padded to a multiple of 8.
struct MessageHeader {
    std::uint32_t type;    ///< A kMessage... value; unknown ones are skipped.
    std::uint32_t length;  ///< Payload bytes, at most kMaxMessage.
};

static_assert(sizeof(MessageHeader) == 8);

inline constexpr std::uint32_t kMessageModeWanted = 1;  ///< Viewer to publisher: ModeWanted.
inline constexpr std::uint32_t kMessageModeAnswer = 2;  ///< Publisher to viewer: ModeAnswer.

struct ModeWanted {
    std::uint32_t output;
    std::uint32_t width;
    std::uint32_t height;
    std::uint32_t refresh_mhz;
};

struct ModeAnswer {
    std::uint32_t output;
    std::uint32_t accepted;  ///< 1: will be set; 0: cannot.
};

}  // namespace oriel::abi
