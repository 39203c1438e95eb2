// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/clock.h"
#include "host/demo/demo_events.h"

namespace oriel {

/// One key, by our clock.
struct DemoKeyTime {
    Nanoseconds pressed{0};
    Nanoseconds seen{0};  ///< A pixel of the host's window was another one.
};

/// From keys pressed at the host to pixels changed there.
struct DemoKeys {
    std::size_t pressed = 0;
    std::size_t seen = 0;  ///< As many changed a pixel.
    std::size_t traced =
        0;  ///< For as many the frame is known that answered them; the stages are theirs.
    DemoDurations to_guest{};  ///< Pressed -> the guest's agent learned of the change.
    DemoDurations capture{};   ///< -> the last pixel was in the slot.
    DemoDurations relay{};     ///< -> seen: what the relay adds, with the host's X server.
    DemoDurations total{};
    double clock_error_us = 0;  ///< The guest's moments may be off by so much: the most of all.
};

/// Finds each key's frame: the last one that the viewer took before the key was seen.
DemoKeys summarise_keys(std::size_t pressed,
                        std::span<const DemoKeyTime> seen,
                        std::span<const DemoFrame> frames);

}  // namespace oriel
