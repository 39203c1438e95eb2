// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace oriel {

/// Whether a sync pulse is the line's high or low level.
enum class SyncPolarity : std::uint8_t { Negative, Positive };

/// One direction of a video timing, in pixels (along a line) or lines (down the picture).
struct TimingAxis {
    std::uint32_t active = 0;
    std::uint32_t front_porch = 0;
    std::uint32_t sync = 0;
    std::uint32_t back_porch = 0;
    SyncPolarity polarity = SyncPolarity::Positive;

    std::uint32_t blank() const { return front_porch + sync + back_porch; }

    std::uint32_t total() const { return active + blank(); }

    bool operator==(const TimingAxis&) const = default;
};

/// How a picture is sent over a cable: what a mode is in all detail.
struct Timing {
    TimingAxis horizontal;
    TimingAxis vertical;
    std::uint64_t pixel_clock_hz = 0;
    bool is_interlaced = false;  ///< Then `vertical` is one field.

    /// Pictures (fields) a second; 0 for a timing without pixels.
    double refresh_hz() const {
        const double pixels = static_cast<double>(horizontal.total()) * vertical.total();
        return pixels > 0 ? static_cast<double>(pixel_clock_hz) / pixels : 0;
    }

    bool operator==(const Timing&) const = default;
};

}  // namespace oriel
