// SPDX-License-Identifier: MIT
// The base block of EDID 1.4.
#include <algorithm>
#include <cmath>
#include <string_view>

#include "base/assert.h"
#include "edid/edid_blocks.h"

namespace oriel {
namespace {

constexpr std::size_t kFirstDescriptor = 54;
constexpr std::size_t kDescriptors = 4;

constexpr std::uint8_t kRangesTag = 0xFD;
constexpr std::uint8_t kNameTag = 0xFC;
constexpr std::uint8_t kSerialTag = 0xFF;
constexpr std::uint8_t kDummyTag = 0x10;

/// CIE 1931 x and y of red, green, blue and white.
using Primaries = std::array<double, 8>;
constexpr Primaries kSrgb{0.640, 0.330, 0.300, 0.600, 0.150, 0.060, 0.3127, 0.3290};
constexpr Primaries kBt2020{0.708, 0.292, 0.170, 0.797, 0.131, 0.046, 0.3127, 0.3290};

bool is_high(const EdidOptions& options) {
    return options.range == EdidOptions::Range::High;
}

bool is_hdmi(const EdidOptions& options) {
    return options.connector == EdidOptions::Connector::Hdmi;
}

void write_maker(EdidBlock& block) {
    std::uint32_t word = 0;
    for (const char letter : kEdidMaker) {
        word = word << 5U | static_cast<std::uint32_t>(letter - 'A' + 1);
    }
    block[8] = static_cast<std::uint8_t>(word >> 8U);
    block[9] = static_cast<std::uint8_t>(word);
    block[10] = kEdidProduct & 0xFFU;
    block[11] = kEdidProduct >> 8U;
}

/// Version, date and what the input is. An HDMI input has to have the older version, 1.3, which
/// knows neither a model's year nor a number of bits.
void write_features(EdidBlock& block, const EdidPlan& plan, const EdidOptions& options) {
    constexpr std::uint8_t kDigital = 0x80;
    constexpr std::uint8_t kEightBits = 0x20;
    constexpr std::uint8_t kTenBits = 0x30;
    constexpr std::uint8_t kDisplayPort = 0x05;
    constexpr std::uint8_t kRgbDisplay = 0x08;
    constexpr std::uint8_t kIsSrgb = 0x04;
    constexpr std::uint8_t kFirstIsNative = 0x02;
    block[17] = kEdidModelYear - 1990;
    block[18] = 1;
    block[24] = is_high(options) ? 0 : kIsSrgb;
    if (is_hdmi(options)) {
        block[19] = 3;
        block[20] = kDigital;
        block[24] |= kRgbDisplay | kFirstIsNative;
    } else {
        block[16] = kEdidIsModelYear;
        block[19] = 4;
        block[20] = kDigital | (is_high(options) ? kTenBits : kEightBits) | kDisplayPort;
        block[24] |= plan.is_base_preferred ? kFirstIsNative : 0;
    }
    block[21] = static_cast<std::uint8_t>((plan.image.width_mm + 5) / 10);
    block[22] = static_cast<std::uint8_t>((plan.image.height_mm + 5) / 10);
    block[23] = kEdidGamma;
}

/// Ten bits each: the eight upper ones in a byte of its own, the two lower ones gathered.
void write_primaries(EdidBlock& block, const Primaries& primaries) {
    for (std::size_t i = 0; i < primaries.size(); ++i) {
        const auto value = static_cast<std::uint32_t>(std::lround(primaries[i] * 1024));
        block[27 + i] = static_cast<std::uint8_t>(value >> 2U);
        const std::size_t shift = 6 - 2 * (i % 4);
        block[25 + i / 4] |= static_cast<std::uint8_t>((value & 3U) << shift);
    }
}

void write_standard_timings(EdidBlock& block, const std::vector<EdidMode>& modes) {
    constexpr std::size_t kPlaces = 8;
    ORIEL_ASSERT(modes.size() <= kPlaces);
    for (std::size_t i = 0; i < kPlaces; ++i) {
        std::uint8_t* const bytes = &block[38 + 2 * i];
        if (i >= modes.size()) {
            bytes[0] = bytes[1] = 0x01;
            continue;
        }
        const EdidMode& mode = modes[i];
        std::uint32_t shape = 3;  // 16:9
        if (mode.width * 10 == mode.height * 16) {
            shape = 0;
        } else if (mode.width * 3 == mode.height * 4) {
            shape = 1;
        } else if (mode.width * 4 == mode.height * 5) {
            shape = 2;
        }
        bytes[0] = static_cast<std::uint8_t>(mode.width / 8 - 31);
        bytes[1] = static_cast<std::uint8_t>(shape << 6U | (mode.refresh_mhz / 1000 - 60));
    }
}

/// A display descriptor with text in it.
void write_text(std::span<std::uint8_t> descriptor, std::uint8_t tag, std::string_view text) {
    std::ranges::fill(descriptor, std::uint8_t{0});
    descriptor[3] = tag;
    const auto room = descriptor.subspan(5);
    std::ranges::fill(room, std::uint8_t{' '});
    std::ranges::copy(text, room.begin());
    if (text.size() < room.size()) {
        room[text.size()] = '\n';
    }
}

/// The rates that the listed timings and the established ones span. Above 255 the older version
/// has no number: then the largest.
void write_ranges(std::span<std::uint8_t> descriptor, const EdidPlan& plan) {
    double most_vertical = 61;
    double most_horizontal = 136;  // 3840x2160
    double most_clock = 600e6;     // What the HDMI blocks promise.
    double least_vertical = 59;
    double least_horizontal = 31;  // 640x480
    const auto span = [&](const Timing& timing) {
        const double lines = timing.refresh_hz() * timing.vertical.total() / 1000;
        most_vertical = std::max(most_vertical, std::ceil(timing.refresh_hz()));
        least_vertical = std::min(least_vertical, std::floor(timing.refresh_hz()));
        most_horizontal = std::max(most_horizontal, std::ceil(lines));
        least_horizontal = std::min(least_horizontal, std::floor(lines));
        most_clock = std::max(most_clock, static_cast<double>(timing.pixel_clock_hz));
    };
    std::ranges::for_each(plan.base, span);
    std::ranges::for_each(plan.cta, span);
    for (const EdidPlan::Extended& extended : plan.displayid) {
        span(extended.timing);
    }
    const auto byte = [](double value) {
        return static_cast<std::uint8_t>(std::min(value, 255.0));
    };
    constexpr std::uint8_t kNoFormula = 0x00;
    std::ranges::fill(descriptor, std::uint8_t{' '});
    const std::array<std::uint8_t, 12> bytes{0,
                                             0,
                                             0,
                                             kRangesTag,
                                             0,
                                             byte(least_vertical),
                                             byte(most_vertical),
                                             byte(least_horizontal),
                                             byte(most_horizontal),
                                             byte(std::ceil(most_clock / 10e6)),
                                             kNoFormula,
                                             '\n'};
    std::ranges::copy(bytes, descriptor.begin());
}

void write_descriptors(EdidBlock& block, const EdidPlan& plan, const EdidOptions& options) {
    std::span<std::uint8_t> free =
        std::span(block).subspan(kFirstDescriptor, kDescriptors * kDetailedTimingBytes);
    const auto next = [&free] {
        const auto descriptor = free.first(kDetailedTimingBytes);
        free = free.subspan(kDetailedTimingBytes);
        return descriptor;
    };
    for (const Timing& timing : plan.base) {
        std::ranges::copy(write_detailed_timing(timing, plan.image), next().begin());
    }
    if (is_hdmi(options)) {
        write_ranges(next(), plan);
    }
    write_text(next(), kNameTag, options.name);
    if (!options.serial.empty()) {
        write_text(next(), kSerialTag, options.serial);
    }
    while (!free.empty()) {
        next()[3] = kDummyTag;
    }
}

}  // namespace

EdidBlock write_base_block(const EdidPlan& plan,
                           const EdidOptions& options,
                           std::uint8_t extensions) {
    EdidBlock block{0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00};
    write_maker(block);
    write_features(block, plan, options);
    write_primaries(block, is_high(options) ? kBt2020 : kSrgb);
    block[35] = 0x21;  // 640x480 and 800x600 at 60 Hz
    block[36] = 0x08;  // 1024x768 at 60 Hz
    write_standard_timings(block, plan.standard);
    write_descriptors(block, plan, options);
    block[126] = extensions;
    block[127] = edid_checksum(std::span(block).first(kEdidBlockBytes - 1));
    return block;
}

}  // namespace oriel
