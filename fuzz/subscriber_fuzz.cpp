// SPDX-License-Identifier: MIT
// The guest controls every byte of a region. Whatever they are, a viewer goes on, and what it is
// given lies inside the region. The input patches a sound region between the viewer's steps.
// Planted fault: frame-pixels
#include <cstddef>
#include <cstdint>

#include "region_input.h"
#include "subscriber_steps.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static oriel::FuzzRegion fuzzed;
    static const auto parts = fuzzed.publishers_parts();
    oriel::Publisher publisher = fuzzed.reset();
    oriel::FuzzInput input({data, std::min<std::size_t>(size, 1024)});
    oriel::SubscriberSteps viewer(fuzzed.region());
    viewer.step(0);
    while (!input.is_empty()) {
        const std::uint32_t action = input.below(16);
        if (action < 8) {
            oriel::FuzzPatch::read(input, parts).apply(fuzzed.region());
        } else if (action < 14) {
            viewer.step(action - 8);
        } else if (action == 14) {
            oriel::publish_frame(publisher, oriel::Damage(oriel::Rect{0, 0, input.below(65), 3}));
        } else {
            publisher.survey(oriel::Nanoseconds(5));
            publisher.board().send(0, 7, {});
        }
    }
    for (std::uint32_t step = 0; step < 6; ++step) {
        viewer.step(step);
    }
    return 0;
}
