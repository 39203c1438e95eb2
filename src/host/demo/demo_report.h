// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "host/demo/demo_events.h"
#include "host/demo/demo_keys.h"
#include "relay/geometry.h"

namespace oriel {

/// The two screenshots of the scene held still.
struct DemoComparison {
    Size size;
    std::uint64_t different = 0;            ///< Pixels, the guest's picture to host.png.
    std::uint64_t colours = 0;              ///< In the guest's picture.
    std::uint64_t min_colours = 0;          ///< Fewer are not that guest's picture.
    std::uint64_t changed_since_first = 0;  ///< Pixels, the first picture on the host to host.png.
};

/// One process and what it took of a core while the picture moved.
struct DemoCpu {
    std::string label;
    double percent = 0;
};

/// All a demo has measured.
struct DemoReport {
    double seconds = 0;  ///< For which the picture was let move.
    double frames_per_second = 0;
    std::optional<DemoGuestSummary> guest;
    std::string guest_copier;  ///< Who wrote the guest's pixels into the region.
    std::optional<DemoViewerSummary> viewer;
    std::optional<DemoKeys> keys;
    std::vector<DemoCpu> cpu;
    std::optional<DemoComparison> comparison;
};

/// Fewer changed pixels are the mark at the end, not a picture that moves.
inline constexpr std::uint64_t kDemoMinChanged = 1000;

/// Equal, colourful and alive.
bool is_success(const DemoComparison& comparison);

/// As a person counts them: begun ones are whole.
std::int64_t whole_seconds(Nanoseconds time);

/// The table, with line ends; what was not measured is left out.
std::string format_table(const DemoReport& report);

/// Each key that was pressed has been seen.
bool is_success(const DemoKeys& keys);

/// "equal: 0 of 1024000 pixels differ", and what is wrong where something is. With line ends.
std::string format_comparison(const DemoComparison& comparison);

}  // namespace oriel
