// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "edid/timing.h"

namespace oriel {

/// The detailed timing descriptor of EDID and CTA-861, and its like in DisplayID: the two ways to
/// write every number of a timing down.
constexpr std::size_t kDetailedTimingBytes = 18;
constexpr std::size_t kDisplayIdTimingBytes = 20;

/// The picture's size on the glass, in millimetres.
struct ImageSize {
    std::uint32_t width_mm;
    std::uint32_t height_mm;
};

/// Whether the 18 bytes can say it: sizes up to 4095, clocks up to 655.35 MHz, short porches.
bool fits_detailed_timing(const Timing& timing);

/// `timing` fits. The clock is rounded to 10 kHz.
std::array<std::uint8_t, kDetailedTimingBytes> write_detailed_timing(const Timing& timing,
                                                                     ImageSize size);

/// Nothing where the bytes are a display descriptor, or no timing that could be shown.
/// Trust: any bytes, kDetailedTimingBytes of them.
std::optional<Timing> read_detailed_timing(std::span<const std::uint8_t> bytes);

/// Type I of DisplayID 1.3; type VII of 2.0 is the same with a finer clock.
enum class DisplayIdClock : std::uint8_t { TenKilohertz, Kilohertz };
enum class Preference : std::uint8_t { None, Preferred };

std::array<std::uint8_t, kDisplayIdTimingBytes> write_displayid_timing(const Timing& timing,
                                                                       Preference preference);

struct DisplayIdTiming {
    Timing timing;
    Preference preference = Preference::None;
};

/// Nothing where it is no timing that could be shown.
/// Trust: any bytes, kDisplayIdTimingBytes of them.
std::optional<DisplayIdTiming> read_displayid_timing(std::span<const std::uint8_t> bytes,
                                                     DisplayIdClock clock);

}  // namespace oriel
