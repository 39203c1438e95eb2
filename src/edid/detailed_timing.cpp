// SPDX-License-Identifier: MIT
#include "edid/detailed_timing.h"

#include "base/assert.h"

namespace oriel {
namespace {

constexpr std::uint64_t kTenKilohertz = 10'000;
constexpr std::uint8_t kInterlaced = 0x80;
constexpr std::uint8_t kSyncKindMask = 0x18;
constexpr std::uint8_t kDigitalSeparateSync = 0x18;
constexpr std::uint8_t kVerticalPositive = 0x04;
constexpr std::uint8_t kHorizontalPositive = 0x02;

std::uint64_t ten_kilohertz_of(const Timing& timing) {
    return (timing.pixel_clock_hz + kTenKilohertz / 2) / kTenKilohertz;
}

std::uint8_t low8(std::uint32_t value) {
    return static_cast<std::uint8_t>(value & 0xFFU);
}

/// Bits 8 to 11 of two numbers, each in its half of a byte.
std::uint8_t high4(std::uint32_t upper, std::uint32_t lower) {
    return static_cast<std::uint8_t>(((upper >> 8U) & 0xFU) << 4U | ((lower >> 8U) & 0xFU));
}

std::uint32_t joined(std::uint32_t high, std::uint32_t low) {
    return high << 8U | low;
}

SyncPolarity polarity(bool is_positive) {
    return is_positive ? SyncPolarity::Positive : SyncPolarity::Negative;
}

/// An axis from what standards write down of it; nothing where the parts exceed the whole.
std::optional<TimingAxis> axis(std::uint32_t active,
                               std::uint32_t blank,
                               std::uint32_t front,
                               std::uint32_t sync) {
    if (active == 0 || front > blank || sync > blank - front) {
        return std::nullopt;
    }
    return TimingAxis{active, front, sync, blank - front - sync, SyncPolarity::Negative};
}

}  // namespace

bool fits_detailed_timing(const Timing& timing) {
    const TimingAxis& across = timing.horizontal;
    const TimingAxis& down = timing.vertical;
    return ten_kilohertz_of(timing) <= 0xFFFF && across.active <= 0xFFF &&
           across.blank() <= 0xFFF && across.front_porch <= 0x3FF && across.sync <= 0x3FF &&
           down.active <= 0xFFF && down.blank() <= 0xFFF && down.front_porch <= 0x3F &&
           down.sync <= 0x3F;
}

std::array<std::uint8_t, kDetailedTimingBytes> write_detailed_timing(const Timing& timing,
                                                                     ImageSize size) {
    ORIEL_ASSERT(fits_detailed_timing(timing));
    const TimingAxis& across = timing.horizontal;
    const TimingAxis& down = timing.vertical;
    const auto clock = static_cast<std::uint32_t>(ten_kilohertz_of(timing));
    std::uint8_t flags = kDigitalSeparateSync;
    flags |= timing.is_interlaced ? kInterlaced : 0;
    flags |= down.polarity == SyncPolarity::Positive ? kVerticalPositive : 0;
    flags |= across.polarity == SyncPolarity::Positive ? kHorizontalPositive : 0;
    return {low8(clock),
            low8(clock >> 8U),
            low8(across.active),
            low8(across.blank()),
            high4(across.active, across.blank()),
            low8(down.active),
            low8(down.blank()),
            high4(down.active, down.blank()),
            low8(across.front_porch),
            low8(across.sync),
            low8((down.front_porch & 0xFU) << 4U | (down.sync & 0xFU)),
            low8((across.front_porch >> 8U) << 6U | (across.sync >> 8U) << 4U |
                 (down.front_porch >> 4U) << 2U | down.sync >> 4U),
            low8(size.width_mm),
            low8(size.height_mm),
            high4(size.width_mm, size.height_mm),
            0,
            0,
            flags};
}

std::optional<Timing> read_detailed_timing(std::span<const std::uint8_t> bytes) {
    const std::uint32_t clock = joined(bytes[1], bytes[0]);
    const auto across = axis(joined(bytes[4] >> 4U, bytes[2]),
                             joined(bytes[4] & 0xFU, bytes[3]),
                             joined(bytes[11] >> 6U, bytes[8]),
                             joined(bytes[11] >> 4U & 3U, bytes[9]));
    const auto down = axis(joined(bytes[7] >> 4U, bytes[5]),
                           joined(bytes[7] & 0xFU, bytes[6]),
                           (bytes[11] >> 2U & 3U) << 4U | bytes[10] >> 4U,
                           (bytes[11] & 3U) << 4U | (bytes[10] & 0xFU));
    if (clock == 0 || !across || !down) {
        return std::nullopt;
    }
    Timing timing{.horizontal = *across,
                  .vertical = *down,
                  .pixel_clock_hz = clock * kTenKilohertz,
                  .is_interlaced = (bytes[17] & kInterlaced) != 0};
    if ((bytes[17] & kSyncKindMask) == kDigitalSeparateSync) {
        timing.vertical.polarity = polarity((bytes[17] & kVerticalPositive) != 0);
        timing.horizontal.polarity = polarity((bytes[17] & kHorizontalPositive) != 0);
    }
    return timing;
}

namespace {

constexpr std::uint8_t kDisplayIdPreferred = 0x80;
constexpr std::uint8_t kDisplayIdInterlaced = 0x10;
constexpr std::uint32_t kDisplayIdPositive = 0x8000;

/// The code of a picture's shape; 8: none of those that have one.
std::uint8_t displayid_shape(std::uint32_t width, std::uint32_t height) {
    struct Shape {
        std::uint32_t across, down;
    };

    constexpr std::array<Shape, 6> kShapes{{{1, 1}, {5, 4}, {4, 3}, {15, 9}, {16, 9}, {16, 10}}};
    for (std::size_t code = 0; code < kShapes.size(); ++code) {
        if (width * kShapes[code].down == height * kShapes[code].across) {
            return static_cast<std::uint8_t>(code);
        }
    }
    return 8;
}

/// Eight bytes for each axis; every number is one less than what it says.
void write_axis(std::span<std::uint8_t> bytes, const TimingAxis& axis) {
    const std::uint32_t positive = axis.polarity == SyncPolarity::Positive ? kDisplayIdPositive : 0;
    const std::array<std::uint32_t, 4> words{
        axis.active - 1, axis.blank() - 1, (axis.front_porch - 1) | positive, axis.sync - 1};
    for (std::size_t i = 0; i < words.size(); ++i) {
        bytes[2 * i] = low8(words[i]);
        bytes[2 * i + 1] = low8(words[i] >> 8U);
    }
}

std::optional<TimingAxis> read_axis(std::span<const std::uint8_t> bytes) {
    const std::uint32_t front = joined(bytes[5], bytes[4]);
    auto found = axis(joined(bytes[1], bytes[0]) + 1,
                      joined(bytes[3], bytes[2]) + 1,
                      (front & ~kDisplayIdPositive) + 1,
                      joined(bytes[7], bytes[6]) + 1);
    if (found) {
        found->polarity = polarity((front & kDisplayIdPositive) != 0);
    }
    return found;
}

}  // namespace

std::array<std::uint8_t, kDisplayIdTimingBytes> write_displayid_timing(const Timing& timing,
                                                                       Preference preference) {
    std::array<std::uint8_t, kDisplayIdTimingBytes> bytes{};
    const auto clock = static_cast<std::uint32_t>(ten_kilohertz_of(timing) - 1);
    bytes[0] = low8(clock);
    bytes[1] = low8(clock >> 8U);
    bytes[2] = low8(clock >> 16U);
    bytes[3] = displayid_shape(timing.horizontal.active, timing.vertical.active);
    bytes[3] |= preference == Preference::Preferred ? kDisplayIdPreferred : 0;
    bytes[3] |= timing.is_interlaced ? kDisplayIdInterlaced : 0;
    write_axis(std::span(bytes).subspan(4, 8), timing.horizontal);
    write_axis(std::span(bytes).subspan(12, 8), timing.vertical);
    return bytes;
}

std::optional<DisplayIdTiming> read_displayid_timing(std::span<const std::uint8_t> bytes,
                                                     DisplayIdClock clock) {
    const auto across = read_axis(bytes.subspan(4, 8));
    const auto down = read_axis(bytes.subspan(12, 8));
    if (!across || !down) {
        return std::nullopt;
    }
    const std::uint64_t unit = clock == DisplayIdClock::TenKilohertz ? kTenKilohertz : 1'000;
    return DisplayIdTiming{
        .timing = {.horizontal = *across,
                   .vertical = *down,
                   .pixel_clock_hz = (joined(joined(bytes[2], bytes[1]), bytes[0]) + 1) * unit,
                   .is_interlaced = (bytes[3] & kDisplayIdInterlaced) != 0},
        .preference =
            (bytes[3] & kDisplayIdPreferred) != 0 ? Preference::Preferred : Preference::None};
}

}  // namespace oriel
