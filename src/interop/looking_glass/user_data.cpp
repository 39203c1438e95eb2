// SPDX-License-Identifier: MIT
#include "interop/looking_glass/user_data.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>

#include <fmt/format.h>

#include "base/planted_fault.h"
#include "interop/looking_glass/wire.h"
#include "relay/session_view.h"

namespace oriel::looking_glass {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::string_view kMark = "KVMFR---";
constexpr std::size_t kVersionAt = 8;
constexpr std::size_t kProducerAt = 12;
constexpr std::size_t kProducerSize = 32;
constexpr std::size_t kRecordsAt = 48;

constexpr std::size_t kRecordHeader = 8;
constexpr std::uint8_t kRecordMachine = 1;
constexpr std::uint8_t kRecordSystem = 2;

constexpr std::size_t kUuidSize = 16;
constexpr std::size_t kCaptureSize = 32;
constexpr std::size_t kMachineLeast = 51;
constexpr std::size_t kSystemNameAt = 1;

std::uint32_t number_at(Bytes bytes, std::size_t offset) {
    std::uint32_t number = 0;
    std::memcpy(&number, &bytes[offset], sizeof number);
    return number;
}

std::string text_in(Bytes bytes) {
    return text_of(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

/// Empty for all zeros: unknown.
std::string uuid_of(Bytes bytes) {
    if (std::ranges::all_of(bytes, [](std::byte byte) { return byte == std::byte{0}; })) {
        return {};
    }
    std::string text;
    for (std::size_t i = 0; i < kUuidSize; ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            text += '-';
        }
        fmt::format_to(std::back_inserter(text), "{:02x}", std::to_integer<unsigned>(bytes[i]));
    }
    return text;
}

Result<void, RegionFault> read_record(std::uint8_t type, Bytes payload, GuestInfo& info) {
    if (type == kRecordMachine) {
        if (payload.size() < kMachineLeast) {
            return Failure(RegionFault::BadUserData);
        }
        info.uuid = uuid_of(payload.first(kUuidSize));
        info.capture = text_in(payload.subspan(kUuidSize, kCaptureSize));
    } else if (type == kRecordSystem) {
        if (payload.size() < kSystemNameAt) {
            return Failure(RegionFault::BadUserData);
        }
        info.system = text_in(payload.subspan(kSystemNameAt));
    }
    return {};
}

}  // namespace

Result<GuestInfo, RegionFault> parse_user_data(Bytes bytes) {
    if (bytes.size() < kRecordsAt || std::memcmp(bytes.data(), kMark.data(), kMark.size()) != 0) {
        return Failure(RegionFault::BadUserData);
    }
    GuestInfo info;
    info.format_version = number_at(bytes, kVersionAt);
    if (info.format_version != kFormatVersion) {
        return info;
    }
    info.producer = text_in(bytes.subspan(kProducerAt, kProducerSize));
    Bytes rest = bytes.subspan(kRecordsAt);
    while (rest.size() >= kRecordHeader) {
        const auto type = std::to_integer<std::uint8_t>(rest[0]);
        const std::uint32_t claimed_size = number_at(rest, 4);
        rest = rest.subspan(kRecordHeader);
        if (!is_planted("looking-glass-record") && claimed_size > rest.size()) {
            return Failure(RegionFault::BadUserData);
        }
        const auto read = read_record(type, Bytes(rest.data(), claimed_size), info);
        if (!read) {
            return Failure(read.error());
        }
        rest = rest.subspan(claimed_size);
    }
    return info;
}

}  // namespace oriel::looking_glass
