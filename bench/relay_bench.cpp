// SPDX-License-Identifier: MIT
#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "relay/publisher.h"
#include "relay/relay_subscriber.h"

// What the protocol itself costs a frame, without a pixel: taking a slot, publishing, finding the
// frame, holding it, letting it go.

namespace oriel {
namespace {

constexpr FrameGeometry kGeometry{{1280, 720}, 5120, PixelFormat::Bgra8, 0};
constexpr std::size_t kRegionSize = 32U << 20U;

/// A region with a publisher and one subscriber, attached to each other.
struct Ends {
    // Large allocations begin on a page, and so on a line.
    std::vector<std::byte> memory = std::vector<std::byte>(kRegionSize + 64);
    std::span<std::byte> region = aligned(memory);
    Publisher publisher;
    RelaySubscriber subscriber;

    Ends()
        : publisher(std::move(*Publisher::start(region, description(), 1, 2, monotonic_now()))),
          subscriber(region, {.viewer = 0, .clock_domain = 1}) {
        keep_alive();
    }

    void keep_alive() {
        subscriber.tick(monotonic_now());
        publisher.survey(monotonic_now());
    }

    static std::span<std::byte> aligned(std::vector<std::byte>& memory) {
        void* place = memory.data();
        std::size_t space = memory.size();
        return {static_cast<std::byte*>(std::align(64, kRegionSize, place, space)), kRegionSize};
    }

    static PublisherDescription description() {
        return {.agent = "bench",
                .host_name = "",
                .source = "bench",
                .clock_domain = 1,
                .process = 1,
                .outputs = {OutputDescription{
                    .needs = {slot_bytes_for(kGeometry), 4}, .id = 1, .name = "bench"}}};
    }
};

void publish_and_take(benchmark::State& state) {
    Ends ends;
    const Nanoseconds now = monotonic_now();
    const FrameContent content{.damage = Damage({0, 0, 64, 64})};
    std::uint64_t taken = 0;
    std::uint64_t frames = 0;
    for (auto _ : state) {
        if (!ends.publisher.begin_frame(0, kGeometry, now)) {
            state.SkipWithError("there was no slot");
            return;
        }
        ends.publisher.finish_frame(content, now);
        ends.subscriber.refresh(now);
        const auto held = ends.subscriber.take(0, FrameReader::Wanted::Finished, taken);
        if (!held) {
            state.SkipWithError("the frame did not arrive");
            return;
        }
        taken = held->found.info.sequence;
        ends.subscriber.release(*held);
        if (++frames % 65536 == 0) {
            ends.keep_alive();
        }
    }
}

BENCHMARK(publish_and_take);

void survey(benchmark::State& state) {
    Ends ends;
    for (auto _ : state) {
        benchmark::DoNotOptimize(ends.publisher.survey(monotonic_now()));
    }
}

BENCHMARK(survey);

void refresh_without_news(benchmark::State& state) {
    Ends ends;
    for (auto _ : state) {
        benchmark::DoNotOptimize(ends.subscriber.refresh(monotonic_now()));
    }
}

BENCHMARK(refresh_without_news);

}  // namespace
}  // namespace oriel
