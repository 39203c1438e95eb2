// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace oriel {

/// How long something took, in microseconds.
struct DemoDurations {
    double p50_us = 0;
    double p95_us = 0;
    double p99_us = 0;
};

/// What the viewer says at its end.
struct DemoViewerSummary {
    std::uint64_t frames = 0;
    double seconds = 0;
    DemoDurations capture{};
    DemoDurations relay{};
    DemoDurations show{};
    DemoDurations total{};
    double clock_error_us = 0;
    std::uint64_t damaged_pixels = 0;
    std::uint64_t bytes_copied = 0;
    std::uint64_t voided_holds = 0;
    std::uint64_t faults = 0;
};

/// A frame that the viewer has shown, by our clock.
struct DemoFrame {
    struct Publishers {
        Nanoseconds changed{0};
        Nanoseconds captured{0};
        Nanoseconds error{0};
    };

    std::uint64_t sequence = 0;
    Nanoseconds taken{0};
    std::optional<Publishers> publishers;  ///< Empty: the clocks are not matched yet.
};

/// What the guest agent says at its end.
struct DemoGuestSummary {
    std::uint64_t frames = 0;
    double seconds = 0;
    std::uint64_t bytes_moved = 0;
    std::uint64_t damaged_pixels = 0;
};

/// What one of our programs has said with --json so far.
struct DemoSaid {
    bool is_ready = false;    ///< The broker.
    bool is_started = false;  ///< The agent, the viewer.
    std::string source;       ///< The agent.
    std::string presenter;    ///< The viewer, as are the following.
    std::string state;
    std::string state_text;
    std::optional<double> first_frame_ms;
    std::vector<DemoFrame> frames;  ///< Where it was started to tell of them.
    std::optional<DemoViewerSummary> viewer_summary;
    std::optional<DemoGuestSummary> guest_summary;
};

/// Takes one line into `said`. What is no JSON object or not known is passed over.
void take_event(std::string_view line, DemoSaid& said);

}  // namespace oriel
