// SPDX-License-Identifier: MIT
#include "interop/looking_glass/recognise.h"

#include <array>
#include <utility>

#include <fmt/format.h>

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

/// The last part of a region, in which the newest versions say who they are whatever else changes.
namespace recovery {
constexpr std::uint64_t kFromEnd = 65536;
constexpr std::uint64_t kMagic = 0x56435252464d564bU;  ///< "KVMFRRCV" as bytes.
constexpr std::uint64_t kTransport = 16;
constexpr std::uint64_t kFormat = 20;
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

bool Heartbeat::has_moved(const SharedWords& memory) {
    std::optional<std::uint64_t> now;
    if (memory.load(header::kMagic) == kMagic &&
        memory.load(header::kVersion) == kTransportVersion) {
        now = memory.load64(header::kHeartbeat);
    }
    const bool moved = now && last_ && *now != *last_;
    last_ = now;
    return moved;
}

}  // namespace oriel::looking_glass
