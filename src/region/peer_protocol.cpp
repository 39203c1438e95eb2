// SPDX-License-Identifier: MIT
#include "region/peer_protocol.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "base/planted_fault.h"

namespace oriel {
namespace {

constexpr std::uint64_t kHelloMagic = 0x3148504c4549524fU;   // "ORIELPH1" as bytes
constexpr std::uint64_t kAnswerMagic = 0x3141504c4549524fU;  // "ORIELPA1" as bytes

constexpr std::uint32_t kRoleWatch = 1;
constexpr std::uint32_t kRoleShow = 2;
constexpr std::uint32_t kRolePublish = 3;

constexpr std::uint32_t kFlagReturning = 1;
constexpr std::uint32_t kFlagReturningSilent = 2;  // with the former

constexpr std::uint32_t kFlagSilentDoorbell = 1;

struct WireStart {
    std::uint64_t magic;
    std::uint32_t major;
    std::uint32_t minor;
    std::uint32_t size;  ///< Bytes of the whole struct, as far as the sender knew it.
    std::uint32_t role_or_status;
};

static_assert(sizeof(WireStart) == 24);

struct WireHello {
    WireStart start;             ///< 0x00
    std::uint32_t flags;         ///< 0x18
    std::uint32_t viewer_index;  ///< 0x1C
    std::uint64_t instance;      ///< 0x20
    std::uint64_t reserved[3];   ///< 0x28
};

static_assert(sizeof(WireHello) == sizeof(HelloBytes));

/// All that a refusal needs, the same in all majors.
struct WireVerdict {
    WireStart start;                ///< 0x00
    char text[kMaxAnswerText + 1];  ///< 0x18 Zero-padded.
};

static_assert(sizeof(WireVerdict) == 0x100);

struct WireAnswer {
    WireVerdict verdict;         ///< 0x00
    std::uint64_t region_size;   ///< 0x100
    std::uint64_t instance;      ///< 0x108
    std::uint32_t viewer_index;  ///< 0x110
    std::uint32_t flags;         ///< 0x114
    std::uint64_t reserved[5];   ///< 0x118
};

static_assert(sizeof(WireAnswer) == 0x140);
static_assert(offsetof(WireAnswer, region_size) == 0x100);

/// What 1.1 appended. A peer of 1.0 reads only what is in front of it.
struct WireAnswer11 {
    WireAnswer first;                   ///< 0x00
    char input_uri[kMaxAnswerUri + 1];  ///< 0x140 Zero-padded.
};

static_assert(sizeof(WireAnswer11) == sizeof(AnswerBytes));

/// A copy of the first bytes as a T; nothing if there are fewer.
template <class T>
std::optional<T> copy_start(std::span<const std::byte> bytes) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (!is_planted("peer-packet-length") && bytes.size() < sizeof(T)) {
        return std::nullopt;
    }
    T value{};
    std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
}

std::uint32_t wire_role(Role role) {
    switch (role) {
    case Role::Watch:
        return kRoleWatch;
    case Role::Show:
        return kRoleShow;
    case Role::Publish:
        return kRolePublish;
    }
    return 0;
}

std::optional<Role> role_of(std::uint32_t wire) {
    switch (wire) {
    case kRoleWatch:
        return Role::Watch;
    case kRoleShow:
        return Role::Show;
    case kRolePublish:
        return Role::Publish;
    default:
        return std::nullopt;
    }
}

/// It goes to a terminal: no control characters, so no escape sequences.
std::string printable(std::string_view text) {
    std::string line(text);
    std::ranges::replace_if(
        line, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
    return line;
}

/// Up to the first zero, or all of it.
std::string text_in(std::string_view field) {
    return printable(field.substr(0, field.find('\0')));
}

}  // namespace

HelloBytes encode_hello(const Hello& hello) {
    WireHello wire{};
    wire.start = {kHelloMagic, kPeerMajor, kPeerMinor, sizeof(wire), wire_role(hello.role)};
    if (hello.kind == Hello::Kind::Returning) {
        wire.flags = kFlagReturning;
        wire.flags |= hello.doorbell == DoorbellState::Silent ? kFlagReturningSilent : 0;
    }
    wire.viewer_index = hello.viewer_index;
    wire.instance = hello.instance;
    return std::bit_cast<HelloBytes>(wire);
}

Result<Hello, RefusedHello> decode_hello(std::span<const std::byte> bytes) {
    const auto start = copy_start<WireStart>(bytes);
    if (!start) {
        return Failure(RefusedHello{HelloFault::TooShort, 0, 0});
    }
    if (start->magic != kHelloMagic) {
        return Failure(RefusedHello{HelloFault::NotOurs, 0, 0});
    }
    const auto refuse = [&start](HelloFault fault) {
        return Failure(RefusedHello{fault, start->major, start->minor});
    };
    if (start->major != kPeerMajor) {
        return refuse(HelloFault::OtherMajor);
    }
    const auto wire = copy_start<WireHello>(bytes);
    if (!wire || start->size < sizeof(WireHello)) {
        return refuse(HelloFault::TooShort);
    }
    const auto role = role_of(start->role_or_status);
    if (!role) {
        return refuse(HelloFault::UnknownRole);
    }
    if ((wire->flags & ~(kFlagReturning | kFlagReturningSilent)) != 0) {
        return refuse(HelloFault::UnknownFlags);
    }
    if (wire->viewer_index >= abi::kMaxViewers) {
        return refuse(HelloFault::BadIndex);
    }
    // Who only watches was lent nothing that it could bring back, nor was who is new.
    const bool returns = (wire->flags & kFlagReturning) != 0;
    const bool is_silent = (wire->flags & kFlagReturningSilent) != 0;
    if ((returns && *role == Role::Watch) || (is_silent && !returns)) {
        return refuse(HelloFault::UnknownFlags);
    }
    return Hello{*role,
                 returns ? Hello::Kind::Returning : Hello::Kind::New,
                 wire->viewer_index,
                 wire->instance,
                 is_silent ? DoorbellState::Silent : DoorbellState::Rings};
}

Answer refusal_of(const RefusedHello& refused) {
    Answer answer;
    answer.status = AnswerStatus::BadHello;
    switch (refused.fault) {
    case HelloFault::OtherMajor:
        answer.status = AnswerStatus::OtherMajor;
        answer.text = fmt::format(
            "this broker speaks version {}.{}, you speak {}.{}: update {}",
            kPeerMajor,
            kPeerMinor,
            refused.claimed_major,
            refused.claimed_minor,
            refused.claimed_major < kPeerMajor ? "the program that connects" : "the broker");
        break;
    case HelloFault::TooShort:
        answer.text = "the hello is too short";
        break;
    case HelloFault::NotOurs:
        answer.text = "this is an oriel broker's viewer socket, and that was no oriel hello";
        break;
    case HelloFault::UnknownRole:
    case HelloFault::UnknownFlags:
        answer.text = fmt::format(
            "the hello asks for what version {}.{} does not know: update the "
            "broker",
            kPeerMajor,
            kPeerMinor);
        break;
    case HelloFault::BadIndex:
        answer.text = "the hello names a viewer that cannot exist";
        break;
    }
    return answer;
}

AnswerBytes encode_answer(const Answer& answer) {
    WireAnswer11 longest{};
    WireAnswer& wire = longest.first;
    wire.verdict.start = {kAnswerMagic,
                          kPeerMajor,
                          kPeerMinor,
                          sizeof(longest),
                          static_cast<std::uint32_t>(answer.status)};
    answer.text.copy(wire.verdict.text, kMaxAnswerText);
    answer.input_uri.copy(longest.input_uri, kMaxAnswerUri);
    wire.region_size = answer.region_size;
    wire.instance = answer.instance;
    wire.viewer_index = answer.viewer_index;
    wire.flags = answer.doorbell == DoorbellState::Silent ? kFlagSilentDoorbell : 0;
    return std::bit_cast<AnswerBytes>(longest);
}

namespace {

/// What only an answer that serves carries.
Result<Answer, AnswerFault> decode_served(std::span<const std::byte> bytes, Answer answer) {
    const auto wire = copy_start<WireAnswer>(bytes);
    if (!wire) {
        return Failure(AnswerFault::TooShort);
    }
    if (wire->verdict.start.major != kPeerMajor) {
        return Failure(AnswerFault::OtherMajor);
    }
    if (wire->viewer_index >= abi::kMaxViewers || !std::has_single_bit(wire->region_size) ||
        wire->region_size < abi::kMinRegionSize || wire->region_size > abi::kMaxRegionSize) {
        return Failure(AnswerFault::BadValue);
    }
    answer.region_size = wire->region_size;
    answer.instance = wire->instance;
    answer.viewer_index = wire->viewer_index;
    answer.doorbell =
        (wire->flags & kFlagSilentDoorbell) != 0 ? DoorbellState::Silent : DoorbellState::Rings;
    if (const auto longer = copy_start<WireAnswer11>(bytes);
        longer && wire->verdict.start.size >= sizeof(WireAnswer11)) {
        answer.input_uri = text_in({longer->input_uri, kMaxAnswerUri});
    }
    return answer;
}

}  // namespace

Result<Answer, AnswerFault> decode_answer(std::span<const std::byte> bytes) {
    const auto verdict = copy_start<WireVerdict>(bytes);
    if (!verdict) {
        return Failure(AnswerFault::TooShort);
    }
    if (verdict->start.magic != kAnswerMagic) {
        return Failure(AnswerFault::NotOurs);
    }
    const std::uint32_t claimed_status = verdict->start.role_or_status;
    if (claimed_status > static_cast<std::uint32_t>(AnswerStatus::Replaced)) {
        return Failure(AnswerFault::UnknownStatus);
    }
    Answer answer;
    answer.status = static_cast<AnswerStatus>(claimed_status);
    answer.text = text_in({verdict->text, kMaxAnswerText});
    if (answer.status != AnswerStatus::Served) {
        return answer;
    }
    return decode_served(bytes, std::move(answer));
}

std::size_t hello_fd_count(const Hello& hello) {
    if (hello.kind == Hello::Kind::New) {
        return 0;
    }
    return hello.role == Role::Show ? hello_fds::kShowCount : hello_fds::kPublishCount;
}

std::size_t answer_fd_count(Role role) {
    switch (role) {
    case Role::Watch:
        return answer_fds::kWatchCount;
    case Role::Show:
        return answer_fds::kShowCount;
    case Role::Publish:
        return answer_fds::kPublishCount;
    }
    return 0;
}

}  // namespace oriel
