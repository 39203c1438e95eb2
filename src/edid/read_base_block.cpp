// SPDX-License-Identifier: MIT
#include <array>
#include <string>

#include <fmt/format.h>

#include "edid/detailed_timing.h"
#include "edid/established_timings.h"
#include "edid/read_blocks.h"

namespace oriel {
namespace {

constexpr std::size_t kFirstDescriptor = 54;
constexpr std::size_t kDescriptors = 4;

std::string maker_of(BlockBytes bytes) {
    const std::uint32_t word = std::uint32_t{bytes[8]} << 8U | bytes[9];
    std::string text;
    for (const std::uint32_t shift : {10U, 5U, 0U}) {
        const std::uint32_t letter = word >> shift & 0x1FU;
        text += letter >= 1 && letter <= 26 ? static_cast<char>('A' + letter - 1) : '?';
    }
    return text;
}

std::string input_of(BlockBytes bytes) {
    constexpr std::array<const char*, 6> kInterfaces{
        "an input of no named kind", "DVI", "HDMI", "HDMI (b)", "MDDI", "DisplayPort"};
    const std::uint8_t input = bytes[20];
    if ((input & 0x80U) == 0) {
        return "analog";
    }
    if (bytes[18] != 1 || bytes[19] < 4) {
        return "digital";
    }
    const std::uint32_t kind = input & 0xFU;
    const std::uint32_t depth = input >> 4U & 7U;
    std::string text = kind < kInterfaces.size() ? kInterfaces[kind] : "an unknown input";
    if (depth >= 1 && depth <= 6) {
        text += fmt::format(", {} bits", 4 + 2 * depth);
    }
    return text;
}

/// The text of a display descriptor: up to its line feed, whatever cannot be printed as '?'.
std::string text_of(BlockBytes descriptor) {
    std::string text;
    for (const std::uint8_t byte : descriptor.subspan(5)) {
        if (byte == '\n' || byte == 0) {
            break;
        }
        text += byte >= 0x20 && byte <= 0x7E ? static_cast<char>(byte) : '?';
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}

void add_formats(const std::vector<VideoFormat>& formats, EdidReport& report) {
    for (const VideoFormat& format : formats) {
        report.modes.push_back({.width = format.width,
                                .height = format.height,
                                .refresh_mhz = format.refresh_mhz,
                                .is_interlaced = format.is_interlaced,
                                .source = ListedMode::Source::Established,
                                .timing = {}});
    }
}

/// Two bytes; `is_old`: before EDID 1.3 the shape 0 was a square.
void add_standard(BlockBytes bytes, bool is_old, EdidReport& report) {
    constexpr std::uint8_t kUnused = 0x01;
    if (bytes[0] == 0 || (bytes[0] == kUnused && bytes[1] == kUnused)) {
        return;
    }

    struct Shape {
        std::uint32_t across, down;
    };

    const std::array<Shape, 4> shapes{
        {is_old ? Shape{1, 1} : Shape{16, 10}, {4, 3}, {5, 4}, {16, 9}}};
    const Shape shape = shapes[bytes[1] >> 6U];
    const std::uint32_t width = (bytes[0] + 31U) * 8;
    report.modes.push_back({.width = width,
                            .height = width * shape.down / shape.across,
                            .refresh_mhz = ((bytes[1] & 0x3FU) + 60) * 1000,
                            .source = ListedMode::Source::Standard,
                            .timing = {}});
}

void read_display_descriptor(BlockBytes descriptor, bool is_old, EdidReport& report) {
    switch (descriptor[3]) {
    case 0xFC:
        report.name = text_of(descriptor);
        break;
    case 0xFF:
        report.serial = text_of(descriptor);
        break;
    case 0xFA:
        for (std::size_t i = 0; i < 6; ++i) {
            add_standard(descriptor.subspan(5 + 2 * i, 2), is_old, report);
        }
        break;
    case 0xF7:
        add_formats(third_established_timings(descriptor.subspan(6, 6)), report);
        break;
    case 0xF8:
        report.problems.emplace_back(
            "block 0: its list of CVT codes (descriptor 0xf8) is not shown here");
        break;
    default:
        // Ranges, colours, free text, the maker's own: no modes.
        break;
    }
}

void read_descriptors(BlockBytes bytes, bool is_old, EdidReport& report) {
    for (std::size_t i = 0; i < kDescriptors; ++i) {
        const auto descriptor =
            bytes.subspan(kFirstDescriptor + i * kDetailedTimingBytes, kDetailedTimingBytes);
        if (descriptor[0] == 0 && descriptor[1] == 0) {
            read_display_descriptor(descriptor, is_old, report);
            continue;
        }
        const auto timing = read_detailed_timing(descriptor);
        if (!timing) {
            report.problems.push_back(
                fmt::format("block 0: its detailed timing {} is no picture", i + 1));
            continue;
        }
        report.modes.push_back(mode_of(*timing, ListedMode::Source::Detailed, 0));
        report.modes.back().is_preferred = i == 0;
    }
}

}  // namespace

void read_base_block(BlockBytes bytes, EdidReport& report) {
    const bool is_old = bytes[18] == 1 && bytes[19] < 3;
    report.maker = maker_of(bytes);
    report.product = std::uint32_t{bytes[11]} << 8U | bytes[10];
    for (std::size_t i = 0; i < 4; ++i) {
        report.serial_number |= std::uint32_t{bytes[12 + i]} << (8 * i);
    }
    report.year = 1990U + bytes[17];
    report.version = fmt::format("{}.{}", bytes[18], bytes[19]);
    report.input = input_of(bytes);
    if (bytes[21] != 0 && bytes[22] != 0) {
        report.width_cm = bytes[21];
        report.height_cm = bytes[22];
    }
    add_formats(established_timings(bytes.subspan(35, 3)), report);
    for (std::size_t i = 0; i < 8; ++i) {
        add_standard(bytes.subspan(38 + 2 * i, 2), is_old, report);
    }
    read_descriptors(bytes, is_old, report);
}

}  // namespace oriel
