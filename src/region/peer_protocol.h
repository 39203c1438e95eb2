// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "abi/region.h"
#include "base/result.h"
#include "region/region.h"

namespace oriel {

// What goes over viewer.sock: the peer says hello, the broker answers, each in one packet with
// descriptors. After that neither says anything; the connection lasts as long as the peer.
//
// The first 24 bytes of both, and the answer's text, are the same in all majors: a peer of any
// version reads why it was refused.

inline constexpr std::uint32_t kPeerMajor = 1;
inline constexpr std::uint32_t kPeerMinor = 1;

/// Room for a hello or an answer of a later minor, which only appends.
inline constexpr std::size_t kMaxPeerPacket = 1024;
inline constexpr std::size_t kMaxAnswerText = 231;
inline constexpr std::size_t kMaxAnswerUri = 255;

/// What a viewer can expect of its doorbell.
enum class DoorbellState : std::uint8_t {
    Rings,
    Silent,  ///< The virtual machine does not know it: an earlier broker took it along.
};

/// What a peer says when it connects.
struct Hello {
    Role role = Role::Watch;

    /// The peer was served by an earlier broker of this region and brings what it was lent.
    enum class Kind : std::uint8_t { New, Returning } kind = Kind::New;

    unsigned viewer_index = 0;   ///< Returning viewers: the index they were lent.
    std::uint64_t instance = 0;  ///< Returning: of the memory they bring.

    /// Returning viewers: as the earlier broker told them.
    DoorbellState doorbell = DoorbellState::Rings;
};

/// Why a hello was not understood.
enum class HelloFault : std::uint8_t {
    TooShort,
    NotOurs,  ///< Another program's bytes.
    OtherMajor,
    UnknownRole,
    UnknownFlags,
    BadIndex,
};

/// A hello that was not understood; the versions are the peer's claim, 0 where it made none.
struct RefusedHello {
    HelloFault fault;
    std::uint32_t claimed_major;
    std::uint32_t claimed_minor;
};

enum class AnswerStatus : std::uint8_t {
    Served,
    OtherMajor,
    BadHello,
    NotAllowed,
    Busy,      ///< All places in this role are taken.
    Replaced,  ///< The memory a returning peer brought is not what this broker serves.
};

struct Answer {
    AnswerStatus status = AnswerStatus::Served;
    std::string text;  ///< Why not, as one line for a person. Printable when it was decoded.
    std::uint64_t region_size = 0;
    std::uint64_t instance = 0;
    unsigned viewer_index = 0;
    DoorbellState doorbell = DoorbellState::Rings;

    /// What the broker was told with `--input`; empty: nothing, or a broker of 1.0, which does not
    /// say. Printable when it was decoded.
    std::string input_uri;
};

enum class AnswerFault : std::uint8_t { TooShort, NotOurs, OtherMajor, UnknownStatus, BadValue };

using HelloBytes = std::array<std::byte, 64>;
using AnswerBytes = std::array<std::byte, 576>;

HelloBytes encode_hello(const Hello& hello);
AnswerBytes encode_answer(const Answer& answer);

/// Trust: `bytes` may be anything. Never more is read than is there.
Result<Hello, RefusedHello> decode_hello(std::span<const std::byte> bytes);
Result<Answer, AnswerFault> decode_answer(std::span<const std::byte> bytes);

/// The broker's words to a peer it did not understand: both versions, and what to update.
Answer refusal_of(const RefusedHello& refused);

/// The order of descriptors in an answer that serves. `Memory` is always first.
namespace answer_fds {
inline constexpr std::size_t kMemory = 0;
inline constexpr std::size_t kWatchCount = 1;

// Show and Publish
inline constexpr std::size_t kOwnDoorbell = 1;
inline constexpr std::size_t kLock = 2;

// Show
inline constexpr std::size_t kPublisherDoorbell = 3;
inline constexpr std::size_t kShowCount = 4;

// Publish
inline constexpr std::size_t kFirstViewerDoorbell = 3;
inline constexpr std::size_t kPublishCount = 3 + abi::kMaxViewers;
}  // namespace answer_fds

/// The order of descriptors in a returning peer's hello.
namespace hello_fds {
inline constexpr std::size_t kMemory = 0;
inline constexpr std::size_t kOwnDoorbell = 1;

// Show
inline constexpr std::size_t kPublisherDoorbell = 2;
inline constexpr std::size_t kShowCount = 3;

// Publish
inline constexpr std::size_t kFirstViewerDoorbell = 2;
inline constexpr std::size_t kPublishCount = 2 + abi::kMaxViewers;
}  // namespace hello_fds

/// How many descriptors come with a hello, and with the answer that serves it.
std::size_t hello_fd_count(const Hello& hello);
std::size_t answer_fd_count(Role role);

}  // namespace oriel
