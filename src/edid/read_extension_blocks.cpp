// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/planted_fault.h"
#include "edid/detailed_timing.h"
#include "edid/edid_blocks.h"
#include "edid/read_blocks.h"
#include "edid/video_codes.h"

namespace oriel {
namespace {

constexpr std::size_t kCtaHeader = 4;
constexpr std::size_t kLastByte = kEdidBlockBytes - 1;

/// The names of the bits that are set, the lowest first.
void name_bits(std::uint32_t bits,
               std::span<const char* const> names,
               std::vector<std::string>& found) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if ((bits >> i & 1U) != 0) {
            found.emplace_back(names[i]);
        }
    }
}

void add_video_codes(BlockBytes codes, std::uint32_t index, EdidReport& report) {
    for (const std::uint8_t code : codes) {
        // In the lower half of the numbers the highest bit says "native".
        const std::uint32_t number = code >= 129 && code <= 192 ? code & 0x7FU : code;
        const auto format = video_format_of(number);
        if (!format) {
            report.problems.push_back(
                fmt::format("block {}: video code {} stands for nothing", index, code));
            continue;
        }
        report.modes.push_back({.width = format->width,
                                .height = format->height,
                                .refresh_mhz = format->refresh_mhz,
                                .is_interlaced = format->is_interlaced,
                                .source = ListedMode::Source::VideoCode,
                                .block = index,
                                .timing = {}});
    }
}

void read_colorimetry(BlockBytes payload, EdidReport& report) {
    constexpr std::array<const char*, 8> kNames{"xvYCC601",
                                                "xvYCC709",
                                                "sYCC601",
                                                "opYCC601",
                                                "opRGB",
                                                "BT.2020 cYCC",
                                                "BT.2020 YCC",
                                                "BT.2020 RGB"};
    if (!payload.empty()) {
        name_bits(payload[0], kNames, report.colorimetry);
    }
    if (payload.size() > 1 && (payload[1] & 0x80U) != 0) {
        report.colorimetry.emplace_back("DCI-P3");
    }
}

void read_high_range(BlockBytes payload, EdidReport& report) {
    if (payload.empty()) {
        return;
    }
    const auto nits = [payload](std::size_t at) -> std::optional<double> {
        if (payload.size() <= at || payload[at] == 0) {
            return std::nullopt;
        }
        return 50 * std::exp2(payload[at] / 32.0);
    };
    HighRange range;
    range.transfers = payload[0];
    range.most_nits = nits(2);
    range.average_nits = nits(3);
    if (range.most_nits && payload.size() > 4) {
        const double part = payload[4] / 255.0;
        range.least_nits = *range.most_nits * part * part / 100;
    }
    report.high_range = range;
}

/// A data block whose real tag is its first byte.
void read_extended(BlockBytes payload, std::uint32_t index, EdidReport& report) {
    if (payload.empty()) {
        report.problems.push_back(
            fmt::format("block {}: a data block with an extended tag has none", index));
        return;
    }
    if (payload[0] == 5) {
        read_colorimetry(payload.subspan(1), report);
    } else if (payload[0] == 6) {
        read_high_range(payload.subspan(1), report);
    }
}

void read_data_blocks(BlockBytes area, std::uint32_t index, EdidReport& report) {
    while (!area.empty()) {
        const std::size_t length = area[0] & 0x1FU;
        const std::uint32_t tag = area[0] >> 5U;
        if (!is_planted("edid-data-block") && length > area.size() - 1) {
            report.problems.push_back(
                fmt::format("block {}: a data block of {} bytes does not fit", index, length));
            return;
        }
        const auto payload = area.subspan(1, length);
        if (tag == 2) {
            add_video_codes(payload, index, report);
        } else if (tag == 7) {
            read_extended(payload, index, report);
        }
        area = area.subspan(1 + length);
    }
}

/// Data blocks of DisplayID, by what is in them.
void read_section_block(std::uint8_t tag,
                        BlockBytes payload,
                        std::uint32_t index,
                        EdidReport& report) {
    constexpr std::uint8_t kTypeOne = 0x03;
    constexpr std::uint8_t kTypeSeven = 0x22;
    constexpr std::array<std::uint8_t, 8> kOtherModes{
        0x04, 0x05, 0x06, 0x11, 0x13, 0x23, 0x24, 0x2A};
    if (std::ranges::find(kOtherModes, tag) != kOtherModes.end()) {
        report.problems.push_back(fmt::format(
            "block {}: its modes of DisplayID kind 0x{:02x} are not shown here", index, tag));
    }
    if (tag != kTypeOne && tag != kTypeSeven) {
        return;
    }
    const auto clock = tag == kTypeOne ? DisplayIdClock::TenKilohertz : DisplayIdClock::Kilohertz;
    for (; payload.size() >= kDisplayIdTimingBytes;
         payload = payload.subspan(kDisplayIdTimingBytes)) {
        const auto found = read_displayid_timing(payload.first(kDisplayIdTimingBytes), clock);
        if (!found) {
            report.problems.push_back(
                fmt::format("block {}: one of its timings is no picture", index));
            continue;
        }
        report.modes.push_back(mode_of(found->timing, ListedMode::Source::DisplayId, index));
        report.modes.back().is_preferred = found->preference == Preference::Preferred;
    }
}

}  // namespace

void read_cta_block(BlockBytes bytes, std::uint32_t index, EdidReport& report) {
    // Where the detailed timings start; 0: nothing is in the block.
    const std::size_t timings = bytes[2];
    if (timings == 0) {
        return;
    }
    if (timings < kCtaHeader || timings > kLastByte) {
        report.problems.push_back(
            fmt::format("block {}: its timings start at byte {}, outside of it", index, timings));
        return;
    }
    if (bytes[1] >= 3) {
        read_data_blocks(bytes.subspan(kCtaHeader, timings - kCtaHeader), index, report);
    }
    auto left = bytes.subspan(timings, kLastByte - timings);
    for (; left.size() >= kDetailedTimingBytes; left = left.subspan(kDetailedTimingBytes)) {
        if (left[0] == 0 && left[1] == 0) {
            continue;
        }
        if (const auto timing = read_detailed_timing(left.first(kDetailedTimingBytes))) {
            report.modes.push_back(mode_of(*timing, ListedMode::Source::Detailed, index));
        } else {
            report.problems.push_back(
                fmt::format("block {}: one of its detailed timings is no picture", index));
        }
    }
}

void read_displayid_block(BlockBytes bytes, std::uint32_t index, EdidReport& report) {
    constexpr std::size_t kHeader = 5;
    constexpr std::size_t kBlockHeader = 3;
    constexpr std::size_t kMostBytes = kEdidBlockBytes - kHeader - 2;
    const std::size_t length = bytes[2];
    if (!is_planted("edid-displayid-section") && length > kMostBytes) {
        report.problems.push_back(
            fmt::format("block {}: a section of {} bytes does not fit", index, length));
        return;
    }
    if (edid_checksum(bytes.subspan(1, kHeader - 1 + length)) != bytes[kHeader + length]) {
        report.problems.push_back(
            fmt::format("block {}: the checksum of its section is wrong", index));
    }
    auto area = bytes.subspan(kHeader, length);
    while (area.size() >= kBlockHeader) {
        const std::size_t size = area[2];
        if (area[0] == 0 && size == 0) {
            return;  // Filled up with zeros.
        }
        if (size > area.size() - kBlockHeader) {
            report.problems.push_back(
                fmt::format("block {}: a data block of {} bytes does not fit", index, size));
            return;
        }
        read_section_block(area[0], area.subspan(kBlockHeader, size), index, report);
        area = area.subspan(kBlockHeader + size);
    }
}

}  // namespace oriel
