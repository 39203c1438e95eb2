// SPDX-License-Identifier: MIT
#include "host/demo/demo_keys.h"

#include <algorithm>

#include "host/demo/statistics.h"

namespace oriel {
namespace {

/// In microseconds. Where the clocks do not match well a stage may take less than no time: left
/// out, that would make the rest look slower.
using Times = std::vector<double>;

DemoDurations durations_of(const Times& times) {
    return {.p50_us = percentile_of(times, 0.5),
            .p95_us = percentile_of(times, 0.95),
            .p99_us = percentile_of(times, 0.99)};
}

/// Of the frame that answered the key; nullptr where none is known.
const DemoFrame::Publishers* moments_of(const DemoKeyTime& key, std::span<const DemoFrame> frames) {
    const DemoFrame::Publishers* found = nullptr;
    for (const DemoFrame& frame : frames) {
        if (frame.taken >= key.pressed && frame.taken <= key.seen && frame.publishers) {
            found = &*frame.publishers;
        }
    }
    return found;
}

}  // namespace

DemoKeys summarise_keys(std::size_t pressed,
                        std::span<const DemoKeyTime> seen,
                        std::span<const DemoFrame> frames) {
    DemoKeys keys{.pressed = pressed, .seen = seen.size()};
    Times to_guest;
    Times capture;
    Times relay;
    Times total;
    for (const DemoKeyTime& key : seen) {
        total.push_back(in_microseconds(key.seen - key.pressed));
        const DemoFrame::Publishers* guest = moments_of(key, frames);
        if (guest == nullptr) {
            continue;
        }
        ++keys.traced;
        to_guest.push_back(in_microseconds(guest->changed - key.pressed));
        capture.push_back(in_microseconds(guest->captured - guest->changed));
        relay.push_back(in_microseconds(key.seen - guest->captured));
        keys.clock_error_us = std::max(keys.clock_error_us, in_microseconds(guest->error));
    }
    keys.to_guest = durations_of(to_guest);
    keys.capture = durations_of(capture);
    keys.relay = durations_of(relay);
    keys.total = durations_of(total);
    return keys;
}

}  // namespace oriel
