// SPDX-License-Identifier: MIT
#include "edid/read_edid.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "edid/edid_blocks.h"
#include "edid/read_blocks.h"

namespace oriel {
namespace {

constexpr std::array<std::uint8_t, 8> kHeader{0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00};
constexpr std::size_t kExtensionCount = 126;

std::string kind_of(std::uint8_t tag) {
    switch (tag) {
    case kCtaTag:
        return "CTA-861";
    case kDisplayIdTag:
        return "DisplayID";
    case kBlockMapTag:
        return "block map";
    case 0x10:
        return "VTB";
    case 0x40:
        return "DI";
    case 0x50:
        return "LS";
    default:
        return fmt::format("unknown (tag 0x{:02x})", tag);
    }
}

void read_extension(BlockBytes block, std::uint32_t index, EdidReport& report) {
    report.blocks.push_back(kind_of(block[0]));
    if (block[0] == kCtaTag) {
        read_cta_block(block, index, report);
    } else if (block[0] == kDisplayIdTag) {
        read_displayid_block(block, index, report);
    }
}

void check_sum(BlockBytes block, std::uint32_t index, EdidReport& report) {
    if (edid_checksum(block.first(kEdidBlockBytes - 1)) != block.back()) {
        report.problems.push_back(
            fmt::format("block {}: its checksum is wrong, so a system may ignore it", index));
    }
}

void check_count(std::span<const std::uint8_t> bytes, EdidReport& report) {
    const std::size_t said = std::size_t{1} + bytes[kExtensionCount];
    const std::size_t here = bytes.size() / kEdidBlockBytes;
    if (said != here || bytes.size() % kEdidBlockBytes != 0) {
        report.problems.push_back(
            fmt::format("the first block says there are {} blocks, and here are {} and {} bytes",
                        said,
                        here,
                        bytes.size() % kEdidBlockBytes));
    }
}

}  // namespace

ListedMode mode_of(const Timing& timing, ListedMode::Source source, std::uint32_t block) {
    // A block may say a clock and a size that make 10^9 pictures a second.
    const double refresh = std::min(timing.refresh_hz() * 1000, 4e9);
    return {.width = timing.horizontal.active,
            .height = timing.vertical.active * (timing.is_interlaced ? 2 : 1),
            .refresh_mhz = static_cast<std::uint32_t>(std::llround(refresh)),
            .is_interlaced = timing.is_interlaced,
            .is_preferred = false,
            .source = source,
            .block = block,
            .timing = timing};
}

Result<EdidReport> read_edid(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < kEdidBlockBytes) {
        return Failure(Error::protocol(
            fmt::format("no EDID: {} bytes, and a block has {}", bytes.size(), kEdidBlockBytes)));
    }
    if (bytes.size() > kMaxEdidBytes) {
        return Failure(Error::protocol(
            fmt::format("no EDID: {} bytes, and it has {} at most", bytes.size(), kMaxEdidBytes)));
    }
    if (!std::ranges::equal(bytes.first(kHeader.size()), kHeader)) {
        return Failure(Error::protocol("no EDID: it does not start with 00 ff ff ff ff ff ff 00"));
    }
    EdidReport report;
    report.blocks.emplace_back("base");
    read_base_block(bytes.first(kEdidBlockBytes), report);
    check_sum(bytes.first(kEdidBlockBytes), 0, report);
    check_count(bytes, report);
    const std::size_t blocks = bytes.size() / kEdidBlockBytes;
    for (std::uint32_t index = 1; index < blocks; ++index) {
        const auto block = bytes.subspan(index * kEdidBlockBytes, kEdidBlockBytes);
        read_extension(block, index, report);
        check_sum(block, index, report);
    }
    return report;
}

}  // namespace oriel
