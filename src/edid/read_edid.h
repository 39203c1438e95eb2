// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "edid/timing.h"

namespace oriel {

/// 256 blocks of 128 bytes: as much as the count of extensions can say.
constexpr std::size_t kMaxEdidBytes = std::size_t{256} * 128;

/// One mode that a block offers.
struct ListedMode {
    enum class Source : std::uint8_t { Established, Standard, Detailed, VideoCode, DisplayId };

    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::uint32_t refresh_mhz = 0;  ///< Fields, where it is interlaced.
    bool is_interlaced = false;
    bool is_preferred = false;
    Source source = Source::Detailed;
    std::uint32_t block = 0;       ///< Which of the blocks says so.
    std::optional<Timing> timing;  ///< Where the block writes all of it down.
};

/// What a monitor says of the range it can show.
struct HighRange {
    std::uint8_t transfers = 0;  ///< Bit 0: SDR, 1: HDR gamma, 2: PQ, 3: HLG.
    std::optional<double> most_nits;
    std::optional<double> average_nits;
    std::optional<double> least_nits;
};

/// An EDID in words and numbers. Every text is printable ASCII.
struct EdidReport {
    std::string maker;  ///< Three letters.
    std::uint32_t product = 0;
    std::uint32_t serial_number = 0;  ///< 0: none.
    std::uint32_t year = 0;
    std::string version;  ///< "1.4".
    std::string input;    ///< "DisplayPort, 8 bits", "analog".
    std::string name;
    std::string serial;
    std::uint32_t width_cm = 0;  ///< 0: unknown.
    std::uint32_t height_cm = 0;
    std::vector<std::string> blocks;  ///< One text for each block.
    std::vector<ListedMode> modes;    ///< In the order of the blocks.
    std::optional<HighRange> high_range;
    std::vector<std::string> colorimetry;
    std::vector<std::string> problems;  ///< What is wrong with the bytes; one line each.
};

/// Reads an EDID as a monitor, or make_edid(), wrote it.
/// Trust: any bytes.
/// Errors: Protocol where these bytes are none; whatever else is wrong is in `problems`.
Result<EdidReport> read_edid(std::span<const std::uint8_t> bytes);

}  // namespace oriel
