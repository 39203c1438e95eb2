// SPDX-License-Identifier: MIT
#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "relay/copy_kernel.h"
#include "relay/fence.h"

// Each copy kernel by size, through a ring of four pictures as the relay has it: write into a slot,
// copy out of it. Shows where streaming begins to pay (CopyChoice::crossover).

namespace oriel {
namespace {

constexpr std::size_t kSlots = 4;
constexpr std::int64_t kSmallest = 64 << 10;
constexpr std::int64_t kLargest = 32 << 20;

void relay_with(benchmark::State& state, void (*copy)(std::byte*, const std::byte*, std::size_t)) {
    const auto size = static_cast<std::size_t>(state.range(0));
    const std::vector<std::byte> source(size, std::byte{1});
    std::vector<std::byte> target(size);
    std::vector<std::byte> ring(kSlots * size);
    std::size_t next = 0;
    for (auto _ : state) {
        std::byte* slot = ring.data() + next++ % kSlots * size;
        copy(slot, source.data(), size);
        store_fence();
        copy(target.data(), slot, size);
        store_fence();
        benchmark::DoNotOptimize(target.data());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(2 * size) * state.iterations());
}

void copy_by_memcpy(std::byte* to, const std::byte* from, std::size_t size) {
    std::memcpy(to, from, size);
}

/// Rows of a rectangle in a 4K picture.
void copy_rectangle(benchmark::State& state) {
    constexpr std::uint64_t kStride = 15360;
    constexpr std::uint64_t kHeight = 2160;
    const auto side = static_cast<std::uint64_t>(state.range(0));
    const std::vector<std::byte> source(kStride * kHeight, std::byte{1});
    std::vector<std::byte> target(kStride * kHeight);
    for (auto _ : state) {
        copy_rows(target.data(), source.data(), {side * 4, side, kStride, kStride});
        benchmark::DoNotOptimize(target.data());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(side * side * 4) * state.iterations());
}

BENCHMARK(copy_rectangle)->RangeMultiplier(4)->Range(16, 1024);

void register_all() {
    benchmark::RegisterBenchmark("relay_with/memcpy", relay_with, copy_by_memcpy)
        ->RangeMultiplier(2)
        ->Range(kSmallest, kLargest);
    for (const CopyKernel& kernel : available_copy_kernels()) {
        benchmark::RegisterBenchmark(
            (std::string("relay_with/") + kernel.name).c_str(), relay_with, kernel.copy)
            ->RangeMultiplier(2)
            ->Range(kSmallest, kLargest);
    }
}

void choose(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(measure_copy_kernels());
    }
}

BENCHMARK(choose)->Unit(benchmark::kMillisecond);

const bool kRegistered = (register_all(), true);

}  // namespace
}  // namespace oriel
