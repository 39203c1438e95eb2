// SPDX-License-Identifier: MIT
#include "interop/looking_glass/recognise.h"

#include <algorithm>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "base/clock.h"
#include "interop/looking_glass/wire.h"

namespace oriel::looking_glass {
namespace {

/// Where versions after B7 have their magic, the version behind it, and which versions that may be.
struct LaterMark {
    std::uint64_t magic;
    std::uint32_t oldest;
    std::uint32_t newest;
};

constexpr std::array kLaterMarks{
    LaterMark{8, 9, 10}, LaterMark{8064, 10, 11}, LaterMark{9664, 12, 99}};

/// 64 bit, where the magic is at one of these.
constexpr std::uint64_t kLaterHeartbeat = 0;

constexpr Nanoseconds kThreeBeats = std::chrono::milliseconds(30);
constexpr Nanoseconds kOneBeatOfOthers = std::chrono::milliseconds(300);
constexpr Nanoseconds kLookAgain = std::chrono::milliseconds(5);

/// The last part of a region, in which the newest versions say who they are whatever else changes.
namespace recovery {
constexpr std::uint64_t kFromEnd = 65536;
constexpr std::uint64_t kMagic = 0x56435252464d564bU;  ///< "KVMFRRCV" as bytes.
constexpr std::uint64_t kTransport = 16;
constexpr std::uint64_t kFormat = 20;
constexpr std::uint64_t kHeartbeat = 48;
constexpr std::uint64_t kReady = 60;
}  // namespace recovery

std::string development(std::uint32_t transport) {
    return fmt::format("development version (LGMP {})", transport);
}

std::string early_version(std::uint32_t transport) {
    switch (transport) {
    case 5:
        return "B6";
    case 4:
        return "B5";
    default:
        return transport < 4 ? fmt::format("B4 or older (LGMP {})", transport)
                             : development(transport);
    }
}

std::optional<std::uint32_t> later_version(const SharedWords& memory) {
    for (const LaterMark& mark : kLaterMarks) {
        const auto version = memory.load(mark.magic + 4);
        if (version && memory.load(mark.magic) == kMagic && *version >= mark.oldest &&
            *version <= mark.newest) {
            return version;
        }
    }
    return std::nullopt;
}

std::optional<std::pair<std::uint32_t, std::uint32_t>> recovery_versions(
    const SharedWords& memory) {
    if (memory.size() < recovery::kFromEnd) {
        return std::nullopt;
    }
    const std::uint64_t at = memory.size() - recovery::kFromEnd;
    const auto transport = memory.load(at + recovery::kTransport);
    const auto format = memory.load(at + recovery::kFormat);
    if (memory.load64(at) != recovery::kMagic || memory.load(at + recovery::kReady) != 1U ||
        !transport || !format) {
        return std::nullopt;
    }
    return std::pair(*transport, *format);
}

}  // namespace

Mark recognise(const SharedWords& memory) {
    if (memory.load(header::kMagic) == kMagic) {
        const std::uint32_t version = memory.load(header::kVersion).value_or(0);
        if (version == kTransportVersion) {
            return {Mark::Kind::Shown, {}};
        }
        return {Mark::Kind::Other, early_version(version)};
    }
    if (const auto versions = recovery_versions(memory)) {
        return {Mark::Kind::Other,
                fmt::format(
                    "development version (LGMP {}, KVMFR {})", versions->first, versions->second)};
    }
    if (const auto version = later_version(memory)) {
        return {Mark::Kind::Other, development(*version)};
    }
    return {};
}

bool has_mark(const SharedWords& memory) {
    return memory.load(header::kMagic) == kMagic || recovery_versions(memory) ||
           later_version(memory);
}

std::optional<Heartbeat::Beat> Heartbeat::beat_of(const SharedWords& memory) {
    if (memory.load(header::kMagic) == kMagic) {
        // Versions before and after have it in one of the two, as they have the session's number.
        return Beat{memory.load64(header::kSession), memory.load64(header::kHeartbeat)};
    }
    const bool is_later = later_version(memory).has_value();
    const bool has_recovery = recovery_versions(memory).has_value();
    if (is_later || has_recovery) {
        const std::uint64_t recovery = memory.size() - recovery::kFromEnd + recovery::kHeartbeat;
        return Beat{is_later ? memory.load64(kLaterHeartbeat) : std::nullopt,
                    has_recovery ? memory.load64(recovery) : std::nullopt};
    }
    return std::nullopt;
}

bool Heartbeat::has_moved(const SharedWords& memory) {
    const std::optional<Beat> now = beat_of(memory);
    const bool moved = now && last_ && *now != *last_;
    last_ = now;
    return moved;
}

bool Heartbeat::is_moving(const SharedWords& memory) {
    const bool is_shown = recognise(memory).kind == Mark::Kind::Shown;
    const Nanoseconds give_up = monotonic_now() + (is_shown ? kThreeBeats : kOneBeatOfOthers);
    Heartbeat heartbeat;
    while (!heartbeat.has_moved(memory)) {
        if (!heartbeat.last_ || monotonic_now() > give_up) {
            return false;
        }
        std::this_thread::sleep_for(kLookAgain);
    }
    return true;
}

}  // namespace oriel::looking_glass
