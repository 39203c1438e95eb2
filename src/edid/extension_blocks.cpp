// SPDX-License-Identifier: MIT
// The CTA-861 extension, revision 3, and the DisplayID 1.3 extension.
#include <algorithm>
#include <initializer_list>

#include "base/assert.h"
#include "edid/edid_blocks.h"

namespace oriel {
namespace {

constexpr std::size_t kCtaHeader = 4;
constexpr std::size_t kLastByte = kEdidBlockBytes - 1;

// Tags of data blocks; kExtended's real one is in its first byte.
constexpr std::uint8_t kVideo = 2;
constexpr std::uint8_t kVendor = 3;
constexpr std::uint8_t kExtended = 7;
constexpr std::uint8_t kVideoCapability = 0;
constexpr std::uint8_t kColorimetry = 5;
constexpr std::uint8_t kHdrStatic = 6;

using Bytes = std::vector<std::uint8_t>;

void add_block(Bytes& bytes, std::uint8_t tag, const Bytes& payload) {
    bytes.push_back(static_cast<std::uint8_t>(std::size_t{tag} << 5U | payload.size()));
    bytes.insert(bytes.end(), payload.begin(), payload.end());
}

void add_hdmi(Bytes& bytes, bool is_high) {
    constexpr std::uint8_t kThirtyBits = 0x10;
    // 340 MHz is what HDMI 1.4 ends at; the second block says the rest.
    add_block(bytes,
              kVendor,
              {0x03, 0x0C, 0x00, 0x10, 0x00, is_high ? kThirtyBits : std::uint8_t{0}, 340 / 5});
    constexpr std::uint8_t kVersion = 1;
    constexpr std::uint8_t kStatusAndControl = 0x80;
    constexpr std::uint8_t kFourLanesOfTwelveGigabits = 0x60;
    add_block(bytes,
              kVendor,
              {0xD8, 0x5D, 0xC4, kVersion, 600 / 5, kStatusAndControl, kFourLanesOfTwelveGigabits});
}

void add_high_range(Bytes& bytes) {
    constexpr std::uint8_t kBt2020Rgb = 0x80;
    add_block(bytes, kExtended, {kColorimetry, kBt2020Rgb, 0});
    constexpr std::uint8_t kSdrPqHlg = 0x01 | 0x04 | 0x08;
    constexpr std::uint8_t kMetadataType1 = 0x01;
    // 50 * 2^(code / 32) nits at most in a spot (993) and everywhere (400); the darkest, 0.05
    // nits, is (code / 255)^2 / 100 of the brightest.
    add_block(bytes, kExtended, {kHdrStatic, kSdrPqHlg, kMetadataType1, 138, 96, 18});
}

/// All data blocks. `video_codes` as in the plan.
Bytes data_blocks(const EdidOptions& options, std::span<const std::uint8_t> video_codes) {
    Bytes bytes;
    if (!video_codes.empty()) {
        add_block(bytes, kVideo, {video_codes.begin(), video_codes.end()});
    }
    const bool is_high = options.range == EdidOptions::Range::High;
    if (options.connector == EdidOptions::Connector::Hdmi) {
        add_hdmi(bytes, is_high);
    }
    constexpr std::uint8_t kRangeSelectable = 0x40;
    constexpr std::uint8_t kNothingCutOff = 0x08 | 0x02;
    add_block(bytes, kExtended, {kVideoCapability, kRangeSelectable | kNothingCutOff});
    if (is_high) {
        add_high_range(bytes);
    }
    return bytes;
}

void add_little_endian(Bytes& bytes, std::uint32_t value) {
    bytes.insert(bytes.end(),
                 {static_cast<std::uint8_t>(value), static_cast<std::uint8_t>(value >> 8U)});
}

/// The three blocks that describe the monitor once more, as the standard demands. Its maker and
/// serial number are left to the base block: zero here.
void add_displayid_monitor(Bytes& bytes, const EdidPlan& plan, const EdidOptions& options) {
    constexpr std::uint8_t kProduct = 0x00;
    constexpr std::uint8_t kParameters = 0x01;
    constexpr std::uint8_t kInterface = 0x0F;
    constexpr std::uint8_t kDisplayPort = 0xA0;
    constexpr std::uint8_t kHdmiA = 0x70;
    constexpr std::uint8_t kOneLink = 1;
    constexpr std::uint8_t kEightBits = 0x02;
    constexpr std::uint8_t kTenBits = 0x04;
    const bool is_high = options.range == EdidOptions::Range::High;
    const bool is_hdmi = options.connector == EdidOptions::Connector::Hdmi;

    bytes.insert(bytes.end(), {kProduct, 0, 12, 0, 0, 0});
    add_little_endian(bytes, kEdidProduct);
    bytes.insert(bytes.end(), {0, 0, 0, 0, kEdidIsModelYear, kEdidModelYear - 2000, 0});

    const auto [shorter, longer] = std::minmax(plan.native.width, plan.native.height);
    const std::uint32_t shape = std::min(longer * 100 / shorter - 100, 255U);
    const std::uint8_t bits = is_high ? 9 : 7;  // One less than there are.
    bytes.insert(bytes.end(), {kParameters, 0, 12});
    for (const std::uint32_t word : {plan.image.width_mm * 10,
                                     plan.image.height_mm * 10,
                                     plan.native.width,
                                     plan.native.height}) {
        add_little_endian(bytes, word);
    }
    bytes.insert(
        bytes.end(),
        {0, kEdidGamma, static_cast<std::uint8_t>(shape), static_cast<std::uint8_t>(bits * 0x11)});

    bytes.insert(bytes.end(), {kInterface, 0, 10});
    bytes.push_back((is_hdmi ? kHdmiA : kDisplayPort) | kOneLink);
    bytes.push_back(is_hdmi ? 0x21 : 0x14);  // The standard's version: HDMI 2.1, DisplayPort 1.4
    bytes.push_back(is_high ? kEightBits | kTenBits : kEightBits);
    bytes.insert(bytes.end(), 7, 0);
}

void add_displayid_timings(Bytes& bytes, std::span<const EdidPlan::Extended> timings) {
    constexpr std::uint8_t kTypeOneTiming = 0x03;
    const std::size_t length = timings.size() * kDisplayIdTimingBytes;
    bytes.insert(bytes.end(), {kTypeOneTiming, 0, static_cast<std::uint8_t>(length)});
    for (const EdidPlan::Extended& extended : timings) {
        const auto written = write_displayid_timing(extended.timing, extended.preference);
        bytes.insert(bytes.end(), written.begin(), written.end());
    }
}

enum class DisplayIdRole : std::uint8_t { Base, Extension };

/// A block with one DisplayID section in it.
EdidBlock displayid_section(const Bytes& data, DisplayIdRole role, std::uint8_t blocks_behind) {
    constexpr std::uint8_t kVersion = 0x13;
    constexpr std::uint8_t kStandaloneMonitor = 3;
    constexpr std::size_t kHeader = 5;
    // The section fills the block, but for the tag in front and two checksums behind.
    constexpr std::size_t kPayload = kEdidBlockBytes - kHeader - 2;
    ORIEL_ASSERT(data.size() <= kPayload);
    EdidBlock block{kDisplayIdTag, kVersion, kPayload};
    block[3] = role == DisplayIdRole::Base ? kStandaloneMonitor : 0;
    block[4] = blocks_behind;
    std::ranges::copy(data, block.begin() + kHeader);
    block[kLastByte - 1] = edid_checksum(std::span(block).subspan(1, kHeader - 1 + kPayload));
    block[kLastByte] = edid_checksum(std::span(block).first(kLastByte));
    return block;
}

}  // namespace

std::size_t cta_timing_room(const EdidOptions& options) {
    // Where modes are named, no codes are written; reserving their room costs nothing but that.
    constexpr std::array<std::uint8_t, 5> kAsManyCodes{};
    const std::size_t used = kCtaHeader + data_blocks(options, kAsManyCodes).size();
    return (kLastByte - used) / kDetailedTimingBytes;
}

EdidBlock write_cta_block(const EdidPlan& plan, const EdidOptions& options) {
    constexpr std::uint8_t kRevision = 3;
    constexpr std::uint8_t kUnderscan = 0x80;
    const Bytes data = data_blocks(options, plan.video_codes);
    std::size_t end = kCtaHeader + data.size();
    EdidBlock block{kCtaTag, kRevision, static_cast<std::uint8_t>(end)};
    block[3] = kUnderscan | (plan.is_base_preferred ? 1 : 0);
    std::ranges::copy(data, block.begin() + kCtaHeader);
    for (const Timing& timing : plan.cta) {
        ORIEL_ASSERT(end + kDetailedTimingBytes <= kLastByte);
        std::ranges::copy(write_detailed_timing(timing, plan.image),
                          std::span(block).subspan(end).begin());
        end += kDetailedTimingBytes;
    }
    block[kLastByte] = edid_checksum(std::span(block).first(kLastByte));
    return block;
}

std::vector<EdidBlock> write_displayid_blocks(const EdidPlan& plan, const EdidOptions& options) {
    // Behind the blocks that describe the monitor there is room for three, without them for five.
    constexpr std::size_t kFirst = 3;
    constexpr std::size_t kOthers = 5;
    std::vector<EdidBlock> blocks;
    std::span<const EdidPlan::Extended> left(plan.displayid);
    const std::size_t beyond = left.size() > kFirst ? left.size() - kFirst : 0;
    const auto behind = static_cast<std::uint8_t>((beyond + kOthers - 1) / kOthers);
    while (!left.empty()) {
        Bytes data;
        if (blocks.empty()) {
            add_displayid_monitor(data, plan, options);
        }
        const std::size_t count = std::min(left.size(), blocks.empty() ? kFirst : kOthers);
        add_displayid_timings(data, left.first(count));
        left = left.subspan(count);
        blocks.push_back(blocks.empty() ? displayid_section(data, DisplayIdRole::Base, behind)
                                        : displayid_section(data, DisplayIdRole::Extension, 0));
    }
    return blocks;
}

EdidBlock write_block_map(std::span<const EdidBlock> blocks_behind) {
    EdidBlock map{kBlockMapTag};
    for (std::size_t i = 0; i < blocks_behind.size(); ++i) {
        map[1 + i] = blocks_behind[i][0];
    }
    map[kLastByte] = edid_checksum(std::span(map).first(kLastByte));
    return map;
}

}  // namespace oriel
