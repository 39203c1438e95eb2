// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "relay/frame_info.h"
#include "relay/subscriber.h"

namespace oriel {

/// One monitor of a guest and its newest picture.
struct OutputReport {
    std::uint32_t id = 0;
    std::string name;
    std::size_t slots = 0;
    std::uint64_t newest = 0;  ///< Frame number; 0: nothing to show now.
    FrameGeometry geometry;    ///< Of the newest frame; empty without one.
    std::uint32_t refresh_mhz = 0;
};

/// All that `oriel status` tells of one region.
struct RegionReport {
    enum class Broker : std::uint8_t {
        None,  ///< A file, or memory of something else.
        Present,
        Gone,  ///< Its page is there, but nobody serves the region.
    };

    std::string name;
    std::uint64_t size = 0;
    Broker broker = Broker::None;
    bool is_vm_connected = false;
    bool is_publisher_connected = false;  ///< One on the host.
    SessionStatus session;
    std::string how_to_enlarge;  ///< Where the guest's screen does not fit.
    std::vector<OutputReport> outputs;
    std::vector<std::uint32_t> viewers;  ///< Their indexes.
    double frames_per_second = 0;
    std::uint64_t faults = 0;
    RegionFault last_fault = RegionFault::NoPublisher;
};

/// "BGRA 8 bit", for people.
const char* format_name(PixelFormat format);

/// "live", or what is missing and what to do about it; one line.
std::string state_line(const RegionReport& report);

/// Several lines, for people.
std::string status_text_of(const RegionReport& report);

/// One JSON object without the line's end.
std::string status_json_of(const RegionReport& report);

}  // namespace oriel
