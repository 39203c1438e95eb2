// SPDX-License-Identifier: MIT
// As subscriber_fuzz, but the guest goes on changing the region while it is read: a value that is
// looked at twice is two values.
// Planted fault: damage-count
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include "region_input.h"
#include "subscriber_steps.h"

namespace oriel {
namespace {

constexpr std::size_t kMostPatches = 24;
constexpr std::uint32_t kRounds = 8;

struct Change {
    std::uint64_t place;
    std::uint64_t before;
    std::uint64_t after;
};

std::vector<Change> changes_of(FuzzInput& input, FuzzRegion& fuzzed) {
    static const auto parts = fuzzed.publishers_parts();
    std::vector<Change> changes;
    while (!input.is_empty() && changes.size() < kMostPatches) {
        const auto patch = FuzzPatch::read(input, parts);
        const auto before = fuzzed.region().get<std::uint64_t>(patch.place);
        changes.push_back({patch.place, before, patch.applied_to(before)});
    }
    return changes;
}

}  // namespace
}  // namespace oriel

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static oriel::FuzzRegion fuzzed;
    static_cast<void>(fuzzed.reset());
    oriel::FuzzInput input({data, size});
    const auto changes = oriel::changes_of(input, fuzzed);
    std::atomic<bool> stop = false;
    std::jthread guest([&] {
        while (!stop.load()) {
            for (const auto& change : changes) {
                fuzzed.region().put(change.place, change.after);
            }
            for (const auto& change : changes) {
                fuzzed.region().put(change.place, change.before);
            }
        }
    });
    oriel::SubscriberSteps viewer(fuzzed.region());
    for (std::uint32_t step = 0; step < oriel::kRounds * 6; ++step) {
        viewer.step(step);
    }
    stop = true;
    return 0;
}
