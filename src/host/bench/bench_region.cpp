// SPDX-License-Identifier: MIT
#include "host/bench/bench_region.h"

#include <cstring>

#include <unistd.h>

#include "base/linux/fd.h"
#include "base/linux/sealed_memory.h"
#include "relay/fence.h"
#include "relay/frame_copy.h"

namespace oriel {

FrameGeometry bench_geometry(Size size) {
    return {.size = size,
            .stride = aligned_stride(size.width, PixelFormat::Bgra8),
            .format = PixelFormat::Bgra8,
            .transform = 0};
}

std::vector<std::byte> bench_pixels(const FrameGeometry& geometry, std::uint64_t seed) {
    std::vector<std::byte> pixels(geometry.bytes());
    std::uint64_t state = seed;
    for (std::size_t i = 0; i + sizeof(state) <= pixels.size(); i += sizeof(state)) {
        constexpr std::uint64_t kMultiplier = 6364136223846793005ULL;
        state = state * kMultiplier + 1442695040888963407ULL;
        std::memcpy(pixels.data() + i, &state, sizeof(state));
    }
    return pixels;
}

std::uint64_t checksum_of(std::span<const std::byte> pixels) {
    std::uint64_t sum = 0;
    std::uint64_t weighted = 0;
    for (std::size_t i = 0; i + sizeof(sum) <= pixels.size(); i += sizeof(sum)) {
        std::uint64_t word = 0;
        std::memcpy(&word, pixels.data() + i, sizeof(word));
        sum += word;
        weighted += sum;
    }
    return weighted;
}

Result<BenchRegion> BenchRegion::create(const FrameGeometry& geometry) {
    const OutputNeeds needs{slot_bytes_for(geometry), kSlots};
    ORIEL_TRY_ASSIGN(
        const UniqueFd fd,
        create_sealed_memory("oriel-bench", needed_region_size({&needs, 1}), PageSize::Normal));
    ORIEL_TRY_ASSIGN(MappedMemory memory,
                     MappedMemory::map(fd, Access::ReadWrite, "the bench's region"));
    std::memset(memory.bytes().data(), 0, memory.bytes().size());
    return BenchRegion(std::move(memory));
}

Result<Publisher> start_bench_publisher(std::span<std::byte> region,
                                        const FrameGeometry& geometry) {
    const PublisherDescription description{
        .agent = "oriel bench",
        .host_name = "",
        .source = "bench",
        .clock_domain = clock_domain(),
        .process = static_cast<std::uint32_t>(::getpid()),
        .outputs = {OutputDescription{.needs = {slot_bytes_for(geometry), BenchRegion::kSlots},
                                      .id = 1,
                                      .name = "bench",
                                      .x = 0,
                                      .y = 0,
                                      .refresh_mhz = 0}}};
    return Publisher::start(region, description, random_u64(), random_u64(), monotonic_now());
}

bool copy_frame(const RelaySubscriber& subscriber, const HeldFrame& held, std::span<std::byte> to) {
    FrameCopy copy(subscriber.reader(held.output), held.found, held.damage, to);
    while (true) {
        switch (copy.step()) {
        case FrameCopy::Step::More:
            break;
        case FrameCopy::Step::Waiting:
            spin_pause();
            break;
        case FrameCopy::Step::Complete:
            return true;
        case FrameCopy::Step::Aborted:
        case FrameCopy::Step::Torn:
            return false;
        }
    }
}

}  // namespace oriel
