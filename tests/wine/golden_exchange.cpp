// SPDX-License-Identifier: MIT
#include "wine/golden_exchange.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include <fmt/format.h>

#include "golden/golden_state.h"
#include "relay/relay_subscriber.h"

namespace oriel::test {
namespace {

/// The last pixel of the newest finished frame of the golden state.
constexpr std::uint32_t kLastPixel = 127U * 0x10101;
constexpr std::size_t kLastPlace = 7 * 256 + 15 * 4;
constexpr std::uint64_t kNewest = 4;

std::string difference_as_read(std::span<std::byte> region) {
    RelaySubscriber subscriber(region, {});
    subscriber.refresh(Nanoseconds(0));
    const auto frame = subscriber.take(0, FrameReader::Wanted::Finished, 0);
    if (!frame) {
        return "its newest frame cannot be read";
    }
    std::uint32_t pixel = 0;
    std::memcpy(&pixel, frame->found.pixels.unparsed().data() + kLastPlace, sizeof pixel);
    if (frame->found.info.sequence != kNewest || pixel != kLastPixel) {
        return fmt::format("its newest frame is {}, with {:#x} as its last pixel",
                           frame->found.info.sequence,
                           pixel);
    }
    const auto cursor = subscriber.cursor_news(0);
    if (!cursor || !cursor->image || cursor->image->size != Size{4, 3}) {
        return "its pointer cannot be read";
    }
    return "";
}

}  // namespace

std::string golden_difference(std::span<std::byte> region) {
    TestRegion golden;
    make_golden_state(golden);
    const auto ours = golden.bytes();
    if (region.size() != ours.size()) {
        return fmt::format("it has {} bytes, not {}", region.size(), ours.size());
    }
    const auto [ours_at, theirs_at] = std::ranges::mismatch(ours, region);
    if (ours_at != ours.end()) {
        return fmt::format("it differs at byte {:#x}", ours_at - ours.begin());
    }
    return difference_as_read(region);
}

}  // namespace oriel::test
